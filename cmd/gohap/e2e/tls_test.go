package e2e

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"
)

// tlsSamples are what the frontends answer with: what is known of the client.
var tlsSamples = strings.Fields(`ssl_fc ssl_fc_protocol ssl_fc_sni ssl_fc_has_sni ssl_fc_alpn ssl_fc_is_resumed ssl_fc_has_crt
	ssl_c_used ssl_c_verify ssl_c_err ssl_c_ca_err ssl_c_ca_err_depth ssl_c_s_dn ssl_c_i_dn ssl_c_s_dn(CN) ssl_c_s_dn(OU,2) ssl_c_s_dn(OU,-1)
	ssl_c_s_dn(,0,rfc2253) ssl_c_serial,hex ssl_c_sha1,hex ssl_c_notbefore ssl_c_notafter ssl_c_key_alg ssl_c_sig_alg ssl_c_version
	ssl_fc_cipherlist_str ssl_fc_cipherlist_xxh ssl_fc_cipherlist_hex(1) ssl_fc_cipherlist_bin,hex ssl_fc_extlist_bin(1),hex ssl_fc_eclist_bin(1),hex
	ssl_fc_ecformats_bin,hex ssl_fc_protocol_hello_id ssl_fc_has_early ssl_fc_npn ssl_fc_early_exporter_secret
	ssl_f_s_dn ssl_f_i_dn ssl_f_serial,hex ssl_f_sha1,hex ssl_f_notafter ssl_f_key_alg ssl_f_sig_alg`)

// tlsSide is one program that terminates TLS.
type tlsSide struct {
	proc *process
	log  *syslogSink
	port map[string]string
	seen int // log lines of the cases before
}

// tlsFrontends are the bind lines, by the name of their frontend.
var tlsFrontends = map[string]string{
	"one":        "crt $/site.pem crt $/wild.pem alpn http/1.1",
	"bundle":     "crt $/bundle",
	"stapled":    "crt $/stapled.pem",
	"list":       "crt $/certs/a.pem crt-list $/crt-list.txt strict-sni",
	"optional":   "crt $/site.pem verify optional ca-file $/ca.pem crl-file $/crl.pem",
	"required":   "crt $/site.pem verify required ca-file $/ca.pem crl-file $/crl.pem",
	"ignore":     "crt $/site.pem verify required ca-file $/ca.pem crl-file $/crl.pem crt-ignore-err all ca-ignore-err all",
	"new":        "crt $/site.pem ssl-min-ver TLSv1.3",
	"ancient":    "crt $/site.pem crt $/wild.pem ssl-min-ver TLSv1.0 ciphers ALL:@SECLEVEL=0",
	"range":      "crt $/site.pem ssl-min-ver TLSv1.1 ssl-max-ver TLSv1.1 ciphers ALL:@SECLEVEL=0",
	"ticketless": "crt $/site.pem no-tls-tickets",
	"old":        "crt $/site.pem ssl-max-ver TLSv1.2 ssl-min-ver TLSv1.2 no-tls-tickets",
}

func startTLS(t *testing.T, bin, dir string) *tlsSide {
	s := &tlsSide{log: newSyslogSink(t), port: map[string]string{}}
	var b strings.Builder
	fmt.Fprintf(&b, "global\n log %s local0\n tune.ssl.capture-buffer-size 256\ndefaults\n mode http\n log global\n option httpslog\n timeout client 5s\n timeout server 5s\n timeout connect 5s\n", s.log.addr)
	fmt.Fprintf(&b, " error-log-format \"failed %%ft %%[fc_err] %%[fc_err_str] %%[ssl_fc_err,hex] %%[ssl_c_err] %%[ssl_c_ca_err] %%[ssl_fc_sni] %%[ssl_c_s_dn]\"\n")
	for name, options := range tlsFrontends {
		s.port[name] = freeAddr(t)
		fmt.Fprintf(&b, "frontend %s\n bind %s ssl %s\n http-request return status 200 content-type text/plain lf-file %s\n",
			name, s.port[name], strings.ReplaceAll(options, "$", dir), filepath.Join(dir, "samples"))
	}
	s.proc = start(t, bin, "-db", "-f", writeFile(t, filepath.Join(t.TempDir(), "haproxy.cfg"), b.String()))
	for _, addr := range s.port {
		if !within(10*time.Second, func() bool { return listening(addr) || !s.proc.running() }) || !s.proc.running() {
			t.Fatalf("%s does not listen:\n%s", bin, s.proc.stderr.String())
		}
	}
	// Each look whether it listens has made a log line.
	lines, ok := s.log.await(10*time.Second, func(lines []string) bool { return len(lines) >= len(s.port) })
	if !ok {
		t.Fatalf("%s does not log: %q", bin, lines)
	}
	s.seen = len(lines)
	return s
}

// tlsCase is a client.
type tlsCase struct {
	name, frontend string
	config         *tls.Config // nil for the defaults
	cert           string
	again          bool // resume the session
}

// times is how often the client comes.
func (c *tlsCase) times() int {
	if c.again {
		return 2
	}
	return 1
}

func tlsCases() []tlsCase {
	v12 := &tls.Config{MaxVersion: tls.VersionTLS12}
	sni := func(name string) *tls.Config { return &tls.Config{ServerName: name} }
	all := []tlsCase{
		{name: "1.3", frontend: "one"}, {name: "1.2", frontend: "one", config: v12},
		{name: "1.2 only", frontend: "old"}, {name: "1.3 refused", frontend: "old", config: &tls.Config{MinVersion: tls.VersionTLS13}},
		{name: "1.2 refused", frontend: "new", config: v12},
		{name: "exact", frontend: "one", config: sni("www.site.test")}, {name: "wildcard", frontend: "one", config: sni("x.wild.test")},
		{name: "wildcard of two", frontend: "one", config: sni("x.y.wild.test")}, {name: "wildcard of none", frontend: "one", config: sni("wild.test")},
		{name: "other name", frontend: "one", config: sni("other.test")}, {name: "capitals", frontend: "one", config: sni("X.WILD.TEST")},
		{name: "bundle", frontend: "bundle", config: sni("site.test")}, {name: "bundle default", frontend: "bundle"},
		{name: "bundle RSA", frontend: "bundle", config: &tls.Config{ServerName: "site.test", MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}},
		{name: "stapled", frontend: "stapled"}, {name: "stapled 1.2", frontend: "stapled", config: v12},
		{name: "list", frontend: "list", config: sni("a.wild.test")}, {name: "list excluded", frontend: "list", config: sni("not.wild.test")},
		{name: "strict", frontend: "list", config: sni("other.test")}, {name: "strict none", frontend: "list"},
		{name: "alpn", frontend: "one", config: &tls.Config{NextProtos: []string{"http/1.1"}}},
		{name: "alpn of several", frontend: "one", config: &tls.Config{NextProtos: []string{"foo", "http/1.1"}}},
		{name: "alpn of none", frontend: "one", config: &tls.Config{NextProtos: []string{"foo", "bar"}}},
		{name: "resumed 1.3", frontend: "one", again: true}, {name: "resumed 1.2", frontend: "one", config: v12, again: true},
		{name: "no tickets", frontend: "new"},
	}
	for _, frontend := range []string{"optional", "required", "ignore"} {
		for _, cert := range []string{"", "client", "expired", "future", "revoked", "stranger"} {
			for _, c := range []*tls.Config{{}, v12} {
				all = append(all, tlsCase{name: fmt.Sprint(frontend, " ", cert, " ", c.MaxVersion), frontend: frontend, cert: cert, config: c})
			}
		}
	}
	return all
}

// TestTLS compares what clients of all kinds get, what the frontend knows of
// them, and what is logged.
func TestTLS(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	writeSamples(t, dir)
	a, b := startTLS(t, ref, dir), startTLS(t, bin, dir)
	for _, c := range tlsCases() {
		t.Run(c.name, func(t *testing.T) {
			want, got := a.play(t, dir, &c), b.play(t, dir, &c)
			if want != got {
				t.Errorf("HAProxy (-) and gohap (+) differ:\n%s", lineDiff(strings.Split(want, "\n"), strings.Split(got, "\n")))
			}
		})
	}
}

// What is not compared: an extension without content at the end of a hello, which
// HAProxy does not list; which alert a client gets whose certificate is not valid
// yet or revoked, for crypto/tls has one for all; dates, ports and times; the suite, of which crypto/tls
// takes the fastest where OpenSSL takes the longest key, and with it the size of
// the answer that names it.
var tlsMasks = []struct {
	find *regexp.Regexp
	put  string
}{
	{regexp.MustCompile(`(?m)^log <\d+>.*?\]: `), "log "},
	{regexp.MustCompile(`127\.\d+\.\d+\.\d+:\d+ \[[^]]*\]`), "CLIENT"},
	{regexp.MustCompile(` -?\d+/-1/-1/-1/\d+ `), " TIMES "},
	{regexp.MustCompile(`(is|TLSv[\d.]+/)(\s*)(TLS_AES_\d+_GCM_SHA\d+|(ECDHE-RSA-|ECDHE-ECDSA-)?AES\d+(-GCM)?-SHA\d*)`), "$1$2 SUITE"},
	{regexp.MustCompile(`TLS_AES_\d+_GCM_SHA\d+|AES\d+-GCM-SHA\d+`), "SUITE"},
	{regexp.MustCompile(`(?m)^(ssl_fc_extlist_bin.*)0017$`), "$1"},
	{regexp.MustCompile(`000000000A000418`), "0000000000000000"}, // an alert that HAProxy hears, or the end of the connection first
	{regexp.MustCompile(`(?m)^(log .* 200) \d+ `), "$1 SIZE "},
	{regexp.MustCompile(`error:0A00041[245](.*)sslv3 alert (bad certificate|certificate revoked|certificate expired)(.*number \d+)?`), "error: certificate refused"},
	{regexp.MustCompile(` \d+/\d+/0/0/0 `), " COUNTS "},
	{regexp.MustCompile(`tls: (bad|expired|revoked) certificate`), "tls: certificate refused"},
}

// play has a client ask, and gives what it saw and the log line.
func (s *tlsSide) play(t *testing.T, dir string, c *tlsCase) string {
	config := &tls.Config{}
	if c.config != nil {
		config = c.config.Clone()
	}
	config.InsecureSkipVerify = true
	if c.cert != "" {
		file := filepath.Join(dir, c.cert+".pem")
		pair, err := tls.LoadX509KeyPair(file, file)
		if err != nil {
			t.Fatal(err)
		}
		// Sent whether or not the server's list of CAs has its issuer.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	}
	config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	result := ""
	for range c.times() {
		result += s.ask(config, s.port[c.frontend])
		lines, ok := s.log.await(10*time.Second, func(lines []string) bool { return len(lines) > s.seen })
		if !ok {
			t.Errorf("no log line; answered %s", result)
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

// ask shakes hands, sends a request and reads the answer.
func (s *tlsSide) ask(config *tls.Config, addr string) string {
	conn, err := tls.Dial("tcp", addr, config)
	if err != nil {
		return fmt.Sprintf("handshake: %v\n", err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return fmt.Sprintf("answer: %v\n", err)
	}
	defer res.Body.Close()
	var body strings.Builder
	in := bufio.NewScanner(res.Body)
	for in.Scan() {
		body.WriteString(in.Text() + "\n")
	}
	cs := conn.ConnectionState()
	names := func(certs []*x509.Certificate) (all []string) {
		for _, c := range certs {
			all = append(all, fmt.Sprint(c.Subject, " ", c.PublicKeyAlgorithm))
		}
		return all
	}
	return fmt.Sprintf("status %d, %s, resumed %v, alpn %q, stapled %x, %v\n%s", res.StatusCode, tls.VersionName(cs.Version), cs.DidResume, cs.NegotiatedProtocol,
		cs.OCSPResponse, names(cs.PeerCertificates), body.String())
}
