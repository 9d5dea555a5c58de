package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"
)

// clientCase is a program that acts as a client. In its arguments $A is the address,
// $P its port, $H its IP address, $/ the directory of certificates and $S a file of
// the case's own, for a session. A command after ";" comes later.
type clientCase struct{ name, frontend, run string }

func clientCases() (all []clientCase) {
	add := func(name, frontend, run string) { all = append(all, clientCase{name, frontend, run}) }
	const weak = " -cipher ALL:@SECLEVEL=0"
	for _, v := range []string{"-tls1", "-tls1_1", "-tls1_2", "-tls1_3"} {
		for _, frontend := range []string{"one", "new", "old", "ancient", "range"} {
			if frontend == "range" && v == "-tls1_2" {
				continue // openssl's client gives up: HAProxy does not log its alert
			}
			add("openssl "+v+" "+frontend, frontend, "openssl s_client -connect $A "+v+weak)
		}
		add("openssl session "+v, "ancient", "openssl s_client -connect $A "+v+weak+" -sess_out $S;openssl s_client -connect $A "+v+weak+" -sess_in $S")
	}
	for _, v := range []string{"-tls1_2", "-tls1_3"} {
		for _, name := range []string{"site.test", "WWW.Site.Test", "a.wild.test", "a.b.wild.test", "wild.test", "other.test", "127.0.0.1"} {
			add("openssl "+v+" "+name, "one", "openssl s_client -connect $A "+v+" -servername "+name)
			add("openssl strict "+v+" "+name, "list", "openssl s_client -connect $A "+v+" -servername "+name)
		}
		add("openssl no name "+v, "list", "openssl s_client -connect $A -noservername "+v)
		for _, alpn := range []string{"http/1.1", "foo,http/1.1", "foo"} {
			add("openssl alpn "+v+" "+alpn, "one", "openssl s_client -connect $A "+v+" -alpn "+alpn)
		}
		for _, cert := range []string{"client", "expired", "future", "revoked", "stranger"} {
			for _, frontend := range []string{"optional", "required", "ignore"} {
				add("openssl "+frontend+" "+cert+" "+v, frontend, "openssl s_client -connect $A "+v+" -cert $/"+cert+".pem")
			}
		}
		add("openssl without certificate "+v, "required", "openssl s_client -connect $A "+v)
		add("openssl session with certificate "+v, "required", "openssl s_client -connect $A "+v+" -cert $/client.pem -sess_out $S;openssl s_client -connect $A "+v+" -cert $/client.pem -sess_in $S")
		add("openssl status "+v, "stapled", "openssl s_client -connect $A "+v+" -status")
		add("openssl bundle RSA "+v, "bundle", "openssl s_client -connect $A "+v+" -sigalgs rsa_pss_rsae_sha256:rsa_pkcs1_sha256")
		add("openssl bundle ECDSA "+v, "bundle", "openssl s_client -connect $A "+v+" -sigalgs ecdsa_secp256r1_sha256")
		for _, curve := range []string{"X25519", "P-256", "P-384", "P-521"} {
			add("openssl "+curve+" "+v, "one", "openssl s_client -connect $A "+v+" -groups "+curve)
		}
	}
	for _, cipher := range []string{"ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES128-SHA256", "ECDHE-RSA-AES256-SHA", "AES128-GCM-SHA256", "AES256-SHA", "NULL-SHA256:@SECLEVEL=0", "ADH-AES128-SHA:@SECLEVEL=0"} {
		add("openssl "+cipher, "one", "openssl s_client -connect $A -tls1_2 -cipher "+cipher)
	}
	for _, suite := range []string{"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"} {
		add("openssl "+suite, "one", "openssl s_client -connect $A -tls1_3 -ciphersuites "+suite)
	}
	add("openssl secure renegotiation", "one", "openssl s_client -connect $A -tls1_2 -legacy_renegotiation")
	add("openssl fallback", "one", "openssl s_client -connect $A -tls1_2 -fallback_scsv")
	const curl = "curl -sS -o - --http1.1 --max-time 10 "
	add("curl", "one", curl+"--cacert $/ca.pem --resolve site.test:$P:$H https://site.test:$P/")
	add("curl wildcard", "one", curl+"--cacert $/ca.pem --resolve a.wild.test:$P:$H https://a.wild.test:$P/")
	add("curl wrong name", "one", curl+"--cacert $/ca.pem --resolve other.test:$P:$H https://other.test:$P/")
	add("curl wrong CA", "one", curl+"--cacert $/other-ca.pem --resolve site.test:$P:$H https://site.test:$P/")
	add("curl 1.2", "one", curl+"--tls-max 1.2 --cacert $/ca.pem --resolve site.test:$P:$H https://site.test:$P/")
	add("curl 1.3", "one", curl+"--tlsv1.3 --cacert $/ca.pem --resolve site.test:$P:$H https://site.test:$P/")
	add("curl status", "stapled", curl+"--cert-status --cacert $/ca.pem --resolve stapled.test:$P:$H https://stapled.test:$P/")
	add("curl no status", "one", curl+"--cert-status --cacert $/ca.pem --resolve site.test:$P:$H https://site.test:$P/")
	add("curl certificate", "required", curl+"-k --cert $/client.pem https://$A/")
	add("curl revoked", "required", curl+"-k --cert $/revoked.pem https://$A/")
	add("curl clear text", "one", curl+"http://$A/")
	return all
}

// TestTLSClients is TestTLS with the clients of others: openssl and curl. Not among
// the cases are what crypto/tls lacks or does otherwise: sessions that are resumed
// without tickets, sessions of another name (HAProxy resumes them, and does not
// hear the new name), and names that end with a dot, which it refuses.
func TestTLSClients(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	needPeer(t, "openssl")
	needPeer(t, "curl")
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	writeSamples(t, dir)
	a, b := startTLS(t, ref, dir), startTLS(t, bin, dir)
	for _, c := range clientCases() {
		t.Run(c.name, func(t *testing.T) {
			var want, got string
			var both sync.WaitGroup
			both.Go(func() { want = a.playClient(t, dir, &c) })
			both.Go(func() { got = b.playClient(t, dir, &c) })
			both.Wait()
			if want != got {
				t.Errorf("HAProxy (-) and gohap (+) differ:\n%s", lineDiff(strings.Split(want, "\n"), strings.Split(got, "\n")))
			}
		})
	}
}

// playClient runs the programs of a case, and gives what they say and the log lines.
func (s *tlsSide) playClient(t *testing.T, dir string, c *clientCase) (result string) {
	addr := s.port[c.frontend]
	host, port, _ := strings.Cut(addr, ":")
	session := filepath.Join(t.TempDir(), "session")
	for run := range strings.SplitSeq(c.run, ";") {
		args := strings.Fields(strings.NewReplacer("$A", addr, "$P", port, "$H", host, "$/", dir+"/", "$S", session).Replace(run))
		cmd := exec.Command(args[0], args[1:]...)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if args[0] == "openssl" {
			cmd.Args = append(cmd.Args, "-ign_eof")
			cmd.Stdin = strings.NewReader("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		}
		err := cmd.Run()
		result += fmt.Sprintf("%v\n%s", err, clientLines(out.String()))
		lines, ok := s.log.await(10*time.Second, func(lines []string) bool { return len(lines) > s.seen })
		if !ok {
			t.Errorf("no log line; %s", out.String())
		}
		for _, l := range lines[min(s.seen, len(lines)):] {
			result += "log " + l + "\n"
		}
		s.seen = len(lines)
	}
	for _, m := range tlsMasks {
		result = m.find.ReplaceAllString(result, m.put)
	}
	return result
}

// telling finds what is worth comparing of what a client says: what openssl tells
// of the handshake, curl's errors, and the answer.
var telling = regexp.MustCompile(`^(subject=|New, |Reused, |ALPN |No ALPN|.*alert number|.*:error:|curl: |HTTP/1|Verification|OCSP |    Cert Status|ssl_\S+: |Peer signature type|Server Temp Key|Extended master|.*Secure Renegotiation)`)

// clientLines leaves out the rest, and what differs from run to run.
func clientLines(out string) string {
	var b strings.Builder
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\r\n")
		if i := strings.Index(line, "HTTP/1."); i > 0 && !strings.HasPrefix(line, "ssl_") {
			line = line[i:] // behind what openssl says while it waits
		}
		if !telling.MatchString(line) {
			continue
		}
		if i := strings.Index(line, ":error:"); i >= 0 {
			line = line[i:]
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// writeSamples writes what the frontends answer with.
func writeSamples(t *testing.T, dir string) {
	t.Helper()
	var text strings.Builder
	for _, s := range tlsSamples {
		fmt.Fprintf(&text, "%s: %%[%s]\n", s, s)
	}
	if err := os.WriteFile(filepath.Join(dir, "samples"), []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
