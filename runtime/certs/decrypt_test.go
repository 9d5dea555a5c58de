package certs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gohap/runtime/internal/peer"
)

// TestDecrypt reads keys that openssl has encrypted, in all forms that it writes
// without being told to do something odd.
func TestDecrypt(t *testing.T) {
	openssl := peer.Need(t, "openssl")
	dir := files(t)
	pem, err := os.ReadFile(filepath.Join(dir, "site.pem"))
	if err != nil {
		t.Fatal(err)
	}
	cert, _, _ := strings.Cut(string(pem), "-----BEGIN PRIVATE")
	for name, args := range map[string]string{
		"aes256": "pkey -aes256", "aes128": "pkcs8 -topk8 -v2 aes-128-cbc", "des3": "pkcs8 -topk8 -v2 des3", "sha1": "pkcs8 -topk8 -v2 aes-192-cbc -v2prf hmacWithSHA1",
		"sha512": "pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512", "old": "rsa -traditional -aes128", "scrypt": "pkcs8 -topk8 -scrypt",
	} {
		file := filepath.Join(dir, name)
		if out, err := exec.Command(openssl, append(strings.Fields(args), "-in", filepath.Join(dir, "site.pem"), "-out", file, "-passout", "pass:secret")...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", args, err, out)
		}
		key, _ := os.ReadFile(file)
		if err := os.WriteFile(file, append([]byte(cert), key...), 0o600); err != nil {
			t.Fatal(err)
		}
		for pass, want := range map[string]string{
			"secret": "", "": "No Private Key found in '$.key'.",
			"wrong": "unable to load private key from file '$': the private key is encrypted, and the passphrase is missing or wrong",
		} {
			if name == "scrypt" {
				want = "unable to load certificate from file '$'."
			}
			r := Rules{Extras: AllExtras, Passphrase: pass}
			_, err := r.Load(file)
			if got := ""; err != nil {
				// A wrong passphrase may give bytes that end like a right one's.
				if got = strings.ReplaceAll(err.Error(), file, "$"); got != want && !(pass == "wrong" && got == "unable to load certificate from file '$'.") {
					t.Errorf("%s with %q: %s", name, pass, got)
				}
			} else if want != "" {
				t.Errorf("%s is read with %q", name, pass)
			}
		}
	}
}
