/* The ROC curve of small sets that can be worked on paper. */
#include "check.h"
#include "failing_alloc.h"

#include "base/rng.h"
#include "evaluate/ranking.h"

static struct ranking ranked(const struct ranked_score *scores, size_t count)
{
    struct ranking ranking = {0};
    if (!ranking_create(scores, count, &ranking, NULL))
        printf("no memory\n");
    return ranking;
}

/* Abnormal: 0.9 0.6 0.4. Normal: 0.6 0.3. Six pairs: 0.9 wins both; 0.6 ties one and wins one;
 * 0.4 loses one and wins one: (2 + 1.5 + 1) / 6 = 0.75. */
static const struct ranked_score tied[] = {
    {0.3, false}, {0.9, true}, {0.6, false}, {0.4, true}, {0.6, true}};

TEST(auroc_counts_ties_half)
{
    struct ranking ranking = ranked(tied, 5);
    CHECK_NEAR(ranking_auroc(&ranking), 0.75, 1e-15);
    ranking_finish(&ranking);
}

/* Thresholds: above all, 0.9, 0.6 (both kinds at once), 0.4, 0.3. */
TEST(the_curve_has_one_point_per_score)
{
    static const struct roc_point expected[] = {
        {INFINITY, 0, 0}, {0.9, 0, 1.0 / 3}, {0.6, 0.5, 2.0 / 3}, {0.4, 0.5, 1}, {0.3, 1, 1}};
    struct ranking ranking = ranked(tied, 5);
    CHECK_INT(ranking.normal_count, 2);
    CHECK_INT(ranking.anomalous_count, 3);
    CHECK_INT(ranking.count, 5);
    for (size_t i = 0; i < 5; i++) {
        CHECK(ranking.points[i].threshold == expected[i].threshold);
        CHECK_NEAR(ranking.points[i].fpr, expected[i].fpr, 1e-15);
        CHECK_NEAR(ranking.points[i].tpr, expected[i].tpr, 1e-15);
    }
    ranking_finish(&ranking);
}

TEST(extremes_are_one_half_and_zero)
{
    static const struct ranked_score right[] = {{1, false}, {2, true}, {0, false}, {3, true}};
    static const struct ranked_score equal[] = {{1, false}, {1, true}, {1, false}, {1, true}};
    static const struct ranked_score wrong[] = {{1, true}, {2, false}};
    const struct ranked_score *const sets[] = {right, equal, wrong};
    const size_t counts[] = {4, 4, 2};
    const double expected[] = {1.0, 0.5, 0.0};
    for (int i = 0; i < 3; i++) {
        struct ranking ranking = ranked(sets[i], counts[i]);
        CHECK_NEAR(ranking_auroc(&ranking), expected[i], 0.0);
        ranking_finish(&ranking);
    }
}

/* The definition itself, pair by pair, on scores with many ties. */
TEST(auroc_is_the_share_of_won_pairs)
{
    struct rng rng = rng_seeded(1, 2);
    struct ranked_score scores[300];
    for (size_t i = 0; i < 300; i++) {
        scores[i].anomalous = rng_below(&rng, 3) == 0;
        scores[i].score = rng_below(&rng, 20) + (scores[i].anomalous ? 3 : 0);
    }
    double won = 0, pairs = 0;
    for (size_t i = 0; i < 300; i++)
        for (size_t j = 0; j < 300; j++)
            if (scores[i].anomalous && !scores[j].anomalous) {
                pairs++;
                won += (scores[i].score > scores[j].score) +
                       0.5 * (scores[i].score == scores[j].score);
            }
    struct ranking ranking = ranked(scores, 300);
    CHECK_NEAR(ranking_auroc(&ranking), won / pairs, 1e-13);
    CHECK(won / pairs > 0.6 && won / pairs < 0.8);
    ranking_finish(&ranking);
}

/* 200 normal pictures with the scores 1 … 200, abnormal ones at 150.5, 198.5, 199.5 and 300. At 1 %
 * two false alarms are allowed: 200 and 199, so 198.5 is found and 150.5 is not: 3 / 4. At 0.1 %
 * none is, and 200 pictures can't tell. */
TEST(operating_points_are_points_of_the_curve)
{
    struct ranked_score scores[204] = {
        [200] = {150.5, true}, {198.5, true}, {199.5, true}, {300, true}};
    for (size_t i = 0; i < 200; i++)
        scores[i] = (struct ranked_score){(double)i + 1, false};
    struct ranking ranking = ranked(scores, 204);
    const struct operating_point one = ranking_operating_point(&ranking, 0.01);
    CHECK_NEAR(one.tpr, 0.75, 0.0);
    CHECK_NEAR(one.fpr, 0.01, 0.0);
    CHECK_NEAR(one.threshold, 198.5, 0.0);
    CHECK(one.resolved);
    const struct operating_point tenth = ranking_operating_point(&ranking, 0.001);
    CHECK_NEAR(tenth.tpr, 0.25, 0.0);
    CHECK_NEAR(tenth.fpr, 0.0, 0.0);
    CHECK_NEAR(tenth.threshold, 300, 0.0);
    CHECK(!tenth.resolved);
    ranking_finish(&ranking);
}

TEST(a_limit_of_one_percent_needs_a_hundred_normal_pictures)
{
    struct ranked_score scores[101] = {[100] = {500, true}};
    for (size_t i = 0; i < 100; i++)
        scores[i] = (struct ranked_score){(double)i, false};
    struct ranking enough = ranked(scores, 101), too_few = ranked(scores + 1, 100);
    CHECK(ranking_operating_point(&enough, 0.01).resolved);
    CHECK(!ranking_operating_point(&too_few, 0.01).resolved);
    CHECK_NEAR(ranking_operating_point(&too_few, 0.01).tpr, 1.0, 0.0);
    ranking_finish(&enough);
    ranking_finish(&too_few);
}

/* The best score is a normal picture's: without a false alarm nothing is found, by no threshold
 * that exists. */
TEST(nothing_found_has_no_threshold)
{
    static const struct ranked_score scores[] = {{2, false}, {1, true}};
    struct ranking ranking = ranked(scores, 2);
    const struct operating_point point = ranking_operating_point(&ranking, 0.5);
    CHECK_NEAR(point.tpr, 0.0, 0.0);
    CHECK(isinf(point.threshold));
    CHECK(!point.resolved);
    ranking_finish(&ranking);
}

TEST(one_kind_alone_has_no_curve)
{
    static const struct ranked_score normal[] = {{2, false}, {1, false}};
    static const struct ranked_score anomalous[] = {{2, true}};
    struct ranking rankings[] = {ranked(normal, 2), ranked(anomalous, 1), ranked(normal, 0)};
    for (int i = 0; i < 3; i++) {
        CHECK_INT(rankings[i].count, 0);
        CHECK(isnan(ranking_auroc(&rankings[i])));
        const struct operating_point point = ranking_operating_point(&rankings[i], 0.01);
        CHECK(isnan(point.tpr) && isnan(point.fpr) && isnan(point.threshold));
        CHECK(!point.resolved);
        ranking_finish(&rankings[i]);
    }
}

TEST(no_memory_is_said)
{
    for (long n = 0;; n++) {
        struct ranking ranking = {.count = 77};
        struct error err = {0};
        allocations_until_failure = n;
        const bool good = ranking_create(tied, 5, &ranking, &err);
        allocations_until_failure = -1;
        if (good) {
            ranking_finish(&ranking);
            CHECK_INT(n, 2);
            return;
        }
        CHECK_INT(err.code, ERROR_MEMORY);
        CHECK_INT(ranking.count, 77);
    }
}

int main(void)
{
    RUN(auroc_counts_ties_half);
    RUN(the_curve_has_one_point_per_score);
    RUN(extremes_are_one_half_and_zero);
    RUN(auroc_is_the_share_of_won_pairs);
    RUN(operating_points_are_points_of_the_curve);
    RUN(a_limit_of_one_percent_needs_a_hundred_normal_pictures);
    RUN(nothing_found_has_no_threshold);
    RUN(one_kind_alone_has_no_curve);
    RUN(no_memory_is_said);
    return check_report();
}
