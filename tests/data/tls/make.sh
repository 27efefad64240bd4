#!/bin/sh
# Makes the certificates that the tests use. The authority's key is thrown away, and the server's is worth nothing.
# self-signed.pem is what one command makes for a server, and so calls itself an authority.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }
key ca.key
key test-only-private.key
openssl req -x509 -new -key ca.key -days 36500 -subj "/CN=pointsman test authority" -out ca.pem \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign"
openssl req -new -key test-only-private.key -subj "/CN=pointsman test server" -out server.csr
touch index
cat > ca.conf <<'CONF'
[ca]
default_ca = own
[own]
database = index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
[server]
subjectAltName = IP:127.0.0.1
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
[client]
subjectAltName = IP:127.0.0.1
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
CONF
issue() {
    openssl ca -batch -notext -config ca.conf -extensions "$4" -keyfile ca.key -cert ca.pem -in server.csr -startdate "$2" -enddate "$3" \
        -out "$1" 2>/dev/null
    : > index
}
issue server.pem 20000101000000Z 21000101000000Z server
issue expired.pem 19990101000000Z 20000101000000Z server
issue for-clients.pem 20000101000000Z 21000101000000Z client
openssl req -x509 -new -key test-only-private.key -days 36500 -subj "/CN=pointsman test server" -out self-signed.pem \
    -addext "subjectAltName=IP:127.0.0.1"
cp ca.pem server.pem expired.pem for-clients.pem self-signed.pem test-only-private.key "$here"
chmod 644 "$here"/*.pem "$here/test-only-private.key"
