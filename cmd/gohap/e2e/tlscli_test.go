package e2e

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"
)

// tlsCommands are said to the runtime API one after the other; $NAME is the
// content of a file, and $/ where the files are.
var tlsCommands = []string{
	"show ssl cert", "show ssl cert $/site.pem", "show ssl cert none", "show ssl cert *$/site.pem",
	"set ssl cert none <<\n$wild.pem", "set ssl cert $/site.pem", "set ssl cert $/site.pem <<\njunk\n",
	"set ssl cert $/site.pem <<\n$site-ec.pem", "show ssl cert", "show ssl cert *$/site.pem",
	"commit ssl cert $/wild.pem", "commit ssl cert $/site.pem", "commit ssl cert $/site.pem", "commit ssl cert", "show ssl cert $/site.pem",
	"abort ssl cert $/site.pem", "abort ssl cert", "set ssl cert $/site.pem <<\n$site.pem", "abort ssl cert none", "abort ssl cert $/site.pem",
	"new ssl cert new.pem", "new ssl cert new.pem", "new ssl cert", "show ssl cert new.pem", "set ssl cert new.pem <<\n$client.pem",
	"add ssl crt-list $/crt-list.txt new.pem", "commit ssl cert new.pem", "add ssl crt-list $/crt-list.txt new.pem", "add ssl crt-list none new.pem",
	"add ssl crt-list $/crt-list.txt none.pem", "add ssl crt-list $/crt-list.txt <<\nnew.pem [alpn http/1.1] x.y !z.y\n", "add ssl crt-list",
	"show ssl crt-list", "show ssl crt-list $/crt-list.txt", "show ssl crt-list -n $/crt-list.txt", "show ssl crt-list none",
	"del ssl crt-list $/crt-list.txt none.pem", "del ssl crt-list $/crt-list.txt new.pem:99", "del ssl crt-list $/crt-list.txt new.pem", "del ssl cert new.pem",
	"del ssl crt-list $/crt-list.txt new.pem:5", "del ssl crt-list $/crt-list.txt new.pem:6", "show ssl crt-list -n $/crt-list.txt",
	"del ssl cert new.pem", "del ssl cert new.pem", "del ssl cert",
	"show ssl ca-file $/ca.pem", "show ssl ca-file none", "set ssl ca-file $/ca.pem", "set ssl ca-file $/ca.pem <<\njunk\n", "set ssl ca-file none <<\n$ca.pem",
	"set ssl ca-file $/ca.pem <<\n$other-ca.pem", "show ssl ca-file *$/ca.pem", "commit ssl ca-file $/ca.pem", "commit ssl ca-file $/ca.pem", "abort ssl ca-file $/ca.pem",
	"new ssl ca-file new", "new ssl ca-file new", "del ssl ca-file new", "del ssl ca-file $/ca.pem", "del ssl ca-file none",
	"show ssl crl-file", "show ssl crl-file $/crl.pem", "new ssl crl-file newcrl", "del ssl crl-file newcrl",
	"set ssl ocsp-response", "set ssl ocsp-response MTIz", "show ssl ocsp-response", "show ssl ocsp-response $OCSP", "show ssl ocsp-response $OCSP00",
	"show ssl ocsp-response 00", "show ssl ocsp-response x", "set ssl ocsp-response <<\n$ocsp-revoked.txt", "show ssl ocsp-response $OCSP",
	"set ssl ocsp-response <<\n$ocsp-endless.txt", "set ssl ocsp-response <<\n$ocsp-expired.txt", "set ssl ocsp-response <<\n$ocsp-unknown.txt",
	"set ssl ocsp-response <<\n$ocsp-good.txt", "show ssl ocsp-response $OCSP", "show tls-keys", "show tls-keys *", "show tls-keys none",
	"set ssl tls-key", "set ssl tls-key $/tickets.txt x", "set ssl tls-key $/tickets.txt " + strings.Repeat("QUJD", 16), "show tls-keys #0",
}

// TestTLSCommands compares what the runtime API answers about certificates.
func TestTLSCommands(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	a, b := startTLSCommands(t, ref, dir), startTLSCommands(t, bin, dir)
	_, id, _ := strings.Cut(tell(t, a, "show ssl ocsp-response\n"), "Certificate ID key : ")
	id, _, _ = strings.Cut(id, "\n")
	for _, c := range tlsCommands {
		first, payload, _ := strings.Cut(c, "\n")
		if file, ok := strings.CutPrefix(payload, "$"); ok {
			data, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			payload = string(data)
		}
		line := strings.NewReplacer("$/", dir+"/", "$OCSP", id).Replace(first) + "\n"
		if payload != "" {
			line += payload + "\n"
		}
		if want, got := tell(t, a, line), tell(t, b, line); want != got {
			t.Errorf("%s: HAProxy (-) and gohap (+) differ:\n%s", first, lineDiff(strings.Split(want, "\n"), strings.Split(got, "\n")))
		}
	}
}

// startTLSCommands runs a program that terminates TLS, and gives its stats socket.
func startTLSCommands(t *testing.T, bin, dir string) string {
	home := t.TempDir()
	socket := filepath.Join(home, "sock")
	config := fmt.Sprintf("global\n stats socket %s level admin\ndefaults\n mode http\n timeout client 5s\nfrontend f\n bind %s ssl crt %s/site.pem crt %s/stapled.pem crt-list %s/crt-list.txt "+
		"verify optional ca-file %s/ca.pem crl-file %s/crl.pem tls-ticket-keys %s/tickets.txt\n", socket, freeAddr(t), dir, dir, dir, dir, dir, dir)
	p := start(t, bin, "-db", "-f", writeFile(t, filepath.Join(home, "haproxy.cfg"), config))
	up := func() bool {
		c, err := net.Dial("unix", socket)
		if err == nil {
			c.Close()
		}
		return err == nil || !p.running()
	}
	if !within(10*time.Second, up) || !p.running() {
		t.Fatalf("%s does not start:\n%s", bin, p.stderr.String())
	}
	return socket
}

// tell sends a command to a stats socket and gives the answer.
func tell(t *testing.T, socket, line string) string {
	t.Helper()
	c, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	io.WriteString(c, line)
	answer, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}
