"""Certificates for the test servers, made by the openssl command at test time.

`make(folder)` writes ca.pem and, each with a .key beside it:
  good.pem         localhost and 127.0.0.1, signed by the CA
  expired.pem      the same, but its time is over
  wrong-name.pem   signed by the CA for another name
  self-signed.pem  the right names, signed by nobody
"""

import os
import subprocess
import sys

NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"
OTHER = "subjectAltName=DNS:mail.example.org"


def run(*arguments, folder):
    subprocess.run(("openssl",) + arguments, cwd=folder, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def make_signed(folder, name, alternative, *dates):
    with open(os.path.join(folder, name + ".ext"), "w") as file:
        file.write(alternative + "\n")
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", name + ".key", "-out", name + ".csr",
        "-subj", "/CN=" + name, folder=folder)
    run("ca", "-batch", "-config", "ca.cnf", "-in", name + ".csr", "-out", name + ".pem",
        "-extfile", name + ".ext", "-notext", *dates, folder=folder)


def make(folder):
    os.makedirs(os.path.join(folder, "issued"))
    open(os.path.join(folder, "index.txt"), "w").close()
    with open(os.path.join(folder, "ca.cnf"), "w") as file:
        file.write("[ca]\ndefault_ca=test\n[test]\ndatabase=index.txt\nnew_certs_dir=issued\n"
                   "rand_serial=yes\ndefault_md=sha256\ncertificate=ca.pem\nprivate_key=ca.key\n"
                   "policy=any\nunique_subject=no\n[any]\ncommonName=supplied\n")
    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
        "-days", "30", "-subj", "/CN=test CA", "-addext", "basicConstraints=critical,CA:TRUE",
        folder=folder)
    make_signed(folder, "good", NAMES, "-days", "30")
    make_signed(folder, "wrong-name", OTHER, "-days", "30")
    make_signed(folder, "expired", NAMES,
                "-startdate", "20200101000000Z", "-enddate", "20200102000000Z")
    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "self-signed.key",
        "-out", "self-signed.pem", "-days", "30", "-subj", "/CN=localhost", "-addext", NAMES,
        folder=folder)


if __name__ == "__main__":
    make(sys.argv[1])
