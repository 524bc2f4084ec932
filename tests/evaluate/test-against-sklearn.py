#!/usr/bin/python3
"""The metrics of src/evaluate against others' programs, on random numbers.

    test-against-sklearn.py PRINT-MEASURES

AUROC, the points of ROC curves and TPR at an FPR, by picture and by pixel, are compared with
scikit-learn. For AUPRO and AUPIMO, which it does not have, the oracle is their definition in the
fewest lines of numpy, with every distinct value as a threshold, scipy's connected components and
scikit-learn's curves. Values of few bits must agree to rounding; others within what counting in
bins can cost.
"""
import os
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy
    import scipy.ndimage
    from sklearn.metrics import roc_auc_score, roc_curve
except ImportError as reason:
    print(f'SKIPPED: {reason}; script/setup installs python3-sklearn')
    sys.exit(77)

PRINT_MEASURES = None
EXACT = 1e-12


def run(*arguments):
    """The lines of the program as lists of words."""
    done = subprocess.run([PRINT_MEASURES, *map(str, arguments)], stdout=subprocess.PIPE, check=True,
                          text=True)
    return [line.split() for line in done.stdout.splitlines()]


def temporary_file(data):
    file = tempfile.NamedTemporaryFile(prefix='leakwatch-measures-')
    file.write(data)
    file.flush()
    return file


class Pictures(unittest.TestCase):
    """Scores of single pictures."""

    def compare(self, truth, scores):
        text = ''.join(f'{int(t)} {s!r}\n' for t, s in zip(truth, scores.tolist()))
        with temporary_file(text.encode()) as file:
            lines = run('ranking', file.name)
        self.assertAlmostEqual(float(lines[0][1]), roc_auc_score(truth, scores), delta=EXACT)
        fpr, tpr, thresholds = roc_curve(truth, scores, drop_intermediate=False)
        points = numpy.array([line[1:] for line in lines if line[0] == 'point'], dtype=float)
        self.assertEqual(len(points), len(fpr))
        # The first point lies above all scores; what threshold it is given is a matter of taste.
        numpy.testing.assert_array_equal(points[1:, 0], thresholds[1:])
        numpy.testing.assert_allclose(points[:, 1], fpr, atol=EXACT, rtol=0)
        numpy.testing.assert_allclose(points[:, 2], tpr, atol=EXACT, rtol=0)
        for limit in (0.01, 0.001):
            found = next(line for line in lines if line[:2] == ['at', f'{limit:g}'])
            self.assertAlmostEqual(float(found[2]), tpr[fpr <= limit].max(), delta=EXACT)
            self.assertEqual(found[5], str(int((~truth).sum() * limit >= 1)))
        return len(points)

    def test_scores_without_ties(self):
        for seed, normal, anomalous in ((1, 50, 7), (2, 100, 100), (3, 999, 40), (4, 3000, 500)):
            random = numpy.random.default_rng(seed)
            truth = random.permutation(numpy.arange(normal + anomalous) >= normal)
            scores = random.normal(size=len(truth)) + 1.5 * truth
            self.assertEqual(self.compare(truth, scores), len(truth) + 1)

    def test_scores_with_many_ties(self):
        for seed, levels in ((5, 2), (6, 3), (7, 10), (8, 200)):
            random = numpy.random.default_rng(seed)
            truth = random.random(2500) < 0.2
            scores = numpy.floor(levels * numpy.clip(random.random(2500) + 0.2 * truth, 0, 1))
            self.assertLessEqual(self.compare(truth, scores), levels + 2)

    def test_scores_of_tiny_and_negative_size(self):
        random = numpy.random.default_rng(9)
        truth = random.random(800) < 0.5
        self.compare(truth, 1e-300 * random.normal(size=800) - 1e-301 * truth)


class Pixels(unittest.TestCase):
    """Maps of several pictures, with masks of several regions."""

    SIZE = (48, 80)  # rows, columns

    def maps(self, seed, normal, anomalous, make):
        random = numpy.random.default_rng(seed)
        masks = numpy.zeros((normal + anomalous, *self.SIZE), dtype=bool)
        for mask in masks[normal:]:
            for _ in range(random.integers(1, 5)):
                row, column = random.integers(0, 40), random.integers(0, 70)
                mask[row:row + random.integers(1, 9), column:column + random.integers(1, 12)] = True
            mask |= numpy.roll(numpy.eye(*self.SIZE, dtype=bool), random.integers(50), axis=1)
        return make(random, masks).astype(numpy.float32), masks

    def measure(self, maps, masks, normal):
        data = b''.join(m.tobytes() + k.astype(numpy.uint8).tobytes() for m, k in zip(maps, masks))
        with temporary_file(data) as file:
            lines = run('pixels', file.name, self.SIZE[1], self.SIZE[0], normal, len(maps) - normal)
        auroc = next(line for line in lines if line[0] == 'auroc')
        aupro = {float(line[1]): float(line[2]) for line in lines if line[0] == 'aupro'}
        aupimo = [float(line[1]) for line in lines if line[0] == 'aupimo']
        return float(auroc[1]), float(auroc[2]), aupro, aupimo

    @staticmethod
    def exact_aupro(maps, masks, limit):
        """Mean of the regions' ROC curves on the thresholds of all pixels, cut at the limit."""
        normal_values = maps[~masks]
        thresholds = numpy.unique(maps)[::-1]

        def share_from(values):  # of `values`, how many reach each threshold
            return 1 - numpy.searchsorted(numpy.sort(values), thresholds) / len(values)

        overlaps = []
        for values, mask in zip(maps, masks):
            labels, count = scipy.ndimage.label(mask, structure=numpy.ones((3, 3)))
            overlaps += [share_from(values[labels == i + 1]) for i in range(count)]
        fpr = numpy.append(0.0, share_from(normal_values))
        overlap = numpy.append(0.0, numpy.mean(overlaps, axis=0))
        inside = fpr <= limit
        x, y = fpr[inside], overlap[inside]
        if not inside.all():
            first = numpy.argmin(inside)  # beyond the limit
            slope = (overlap[first] - y[-1]) / (fpr[first] - x[-1])
            x, y = numpy.append(x, limit), numpy.append(y, y[-1] + slope * (limit - x[-1]))
        return numpy.trapz(y, x) / limit

    @staticmethod
    def exact_aupimo(normal_values, values, low=1e-5, high=1e-4):
        """Mean TPR over log FPR, on a grid so fine that its steps do not matter."""
        thresholds = numpy.unique(numpy.concatenate([normal_values, values]))[::-1]
        fpr = 1 - numpy.searchsorted(numpy.sort(normal_values), thresholds) / len(normal_values)
        tpr = 1 - numpy.searchsorted(numpy.sort(values), thresholds) / len(values)
        positive = fpr > 0
        before = tpr[~positive].max(initial=0.0)
        grid = numpy.linspace(numpy.log(low), numpy.log(high), 200001)
        middle = (grid[1:] + grid[:-1]) / 2
        x, y = numpy.log(fpr[positive]), tpr[positive]
        return numpy.interp(middle, x, y, left=before).mean()

    def compare(self, maps, masks, normal, tolerance, picture_tolerance):
        auroc, error, aupro, aupimo = self.measure(maps, masks, normal)
        exact = roc_auc_score(masks.ravel(), maps.ravel())
        self.assertLess(error, 0.05)
        self.assertAlmostEqual(auroc, exact, delta=error + EXACT if tolerance else EXACT)
        for limit, value in aupro.items():
            self.assertAlmostEqual(value, self.exact_aupro(maps, masks, limit),
                                   delta=tolerance or EXACT)
        self.assertEqual(len(aupimo), len(maps) - normal)
        for value, values, mask in zip(aupimo, maps[normal:], masks[normal:]):
            exact = self.exact_aupimo(maps[:normal].ravel(), values[mask])
            self.assertAlmostEqual(value, exact, delta=picture_tolerance)
        return aupro, aupimo

    def test_whole_numbers_agree_to_rounding(self):
        def make(random, masks):
            return numpy.clip(random.normal(900, 250, masks.shape) + 700 * masks, 0, 4095).round()

        for seed in (11, 12, 13):
            maps, masks = self.maps(seed, 60, 8, make)
            aupro, aupimo = self.compare(maps, masks, 60, 0, 1e-6)
            self.assertTrue(0.2 < aupro[0.05] < aupro[0.3] < 1)
            self.assertTrue(0.02 < numpy.mean(aupimo) < 0.9)

    def test_errors_of_any_size_agree_within_the_bins(self):
        def make(random, masks):
            return 1e-4 * numpy.exp(random.normal(0, 1.5, masks.shape) + 4 * masks)

        for seed in (21, 22, 23):
            maps, masks = self.maps(seed, 60, 8, make)
            aupro, aupimo = self.compare(maps, masks, 60, 1e-5, 5e-4)
            self.assertTrue(0.2 < aupro[0.05] < aupro[0.3] < 1)
            self.assertTrue(0.02 < numpy.mean(aupimo) < 0.9)

    def test_signed_values_agree_within_the_bins(self):
        def make(random, masks):
            return random.normal(0, 1, masks.shape) + 3 * masks

        maps, masks = self.maps(31, 60, 8, make)
        self.compare(maps, masks, 60, 1e-4, 2e-3)


if __name__ == '__main__':
    PRINT_MEASURES = os.path.abspath(sys.argv.pop(1))
    unittest.main()
