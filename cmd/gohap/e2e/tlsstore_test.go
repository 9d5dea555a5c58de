package e2e

import (
	"crypto/tls"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"
)

// TestCrtStore: bind lines and crt-lists use the names of crt-stores (HAProxy 3.0).
func TestCrtStore(t *testing.T) {
	t.Parallel()
	bin, dir, addr := needGohap(t), t.TempDir(), freeAddr(t)
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	list := writeFile(t, filepath.Join(dir, "list"), "@web/named [alpn http/1.1] *.wild.test\n")
	config := fmt.Sprintf("crt-store\n load crt %s/site.pem\ncrt-store web\n crt-base %s\n key-base %s\n load crt wild.pem alias named\n load crt stapled.pem key stapled.pem ocsp stapled.pem.ocsp\n"+
		"defaults\n mode http\n timeout client 5s\nfrontend f\n bind %s ssl crt %s/site.pem crt @web/stapled.pem crt-list %s\n http-request return status 200\n", dir, dir, dir, addr, dir, list)
	p := start(t, bin, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), config))
	if !within(10*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
		t.Fatalf("does not start:\n%s", p.stderr.String())
	}
	for name, want := range map[string]string{"site.test": "site.test", "x.wild.test": "*.wild.test", "stapled.test": "stapled.test", "": "site.test"} {
		c, err := tls.Dial("tcp", addr, &tls.Config{ServerName: name, InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		cs := c.ConnectionState()
		if got := cs.PeerCertificates[0].Subject.CommonName; got != want || (name == "stapled.test") != (cs.OCSPResponse != nil) {
			t.Errorf("%s gets %s, %d bytes of OCSP", name, got, len(cs.OCSPResponse))
		}
		c.Close()
	}
}
