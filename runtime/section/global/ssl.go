package global

import (
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/registry"
)

// The TLS settings of the process are read and kept by keyword; the code that
// terminates TLS interprets them. args is how many words each takes, -1 any.
var tlsWords = []struct {
	name, doc, sample string
	args              int
	what              string // what the argument is, in messages
}{
	{"ca-base", "Where relative names of CA files start.", "/etc/ssl/certs", 1, "a directory path"},
	{"crt-base", "Where relative names of certificates start.", "/etc/ssl/private", 1, "a directory path"},
	{"issuers-chain-path", "The directory of issuer certificates.", "/etc/ssl/issuers", 1, "a value"},
	{"ssl-default-bind-ciphers", "The ciphers of bind lines up to TLS 1.2.", "ECDH+AESGCM:!aNULL", 1, "a cipher suite"},
	{"ssl-default-bind-ciphersuites", "The cipher suites of bind lines with TLS 1.3.", "TLS_AES_128_GCM_SHA256", 1, "a cipher suite"},
	{"ssl-default-bind-curves", "The curves of bind lines.", "X25519:P-256", 1, "a curve list"},
	{"ssl-default-bind-options", "Options that every bind line has.", "no-sslv3 no-tls-tickets", -1, "an option"},
	{"ssl-default-server-ciphers", "The ciphers of server lines up to TLS 1.2.", "ECDH+AESGCM:!aNULL", 1, "a cipher suite"},
	{"ssl-default-server-ciphersuites", "The cipher suites of server lines with TLS 1.3.", "TLS_AES_128_GCM_SHA256", 1, "a cipher suite"},
	{"ssl-default-server-options", "Options that every server line has.", "no-sslv3", -1, "an option"},
	{"ssl-dh-param-file", "The file with Diffie-Hellman parameters.", "/etc/ssl/dh.pem", 1, "a value"},
	{"ssl-load-extra-files", "Which files beside a certificate are loaded with it.", "all", -1, "a value"},
	{"ssl-load-extra-del-ext", "Looks for extra files without the certificate's extension.", "", 0, "a value"},
	{"ssl-server-verify", "Whether servers' certificates are verified by default.", "required", 1, "a value"},
	{"ssl-skip-self-issued-ca", "Leaves self-issued CAs out of the chain.", "", 0, "a value"},
	{"tune.ssl.cachesize", "The size of the session cache.", "20000", 1, "a value"},
	{"tune.ssl.capture-buffer-size", "How much of a client hello is kept.", "0", 1, "a value"},
	{"tune.ssl.capture-cipherlist-size", "How much of a client's cipher list is kept.", "0", 1, "a value"},
	{"tune.ssl.default-dh-param", "The size of Diffie-Hellman parameters.", "2048", 1, "a value"},
	{"tune.ssl.force-private-cache", "Keeps the session cache to one process.", "", 0, "a value"},
	{"tune.ssl.hard-maxrecord", "The size of TLS records, as a hard limit.", "1400", 1, "a value"},
	{"tune.ssl.keylog", "Logs session keys.", "off", 1, "a value"},
	{"tune.ssl.lifetime", "How long sessions are cached.", "300", 1, "a value"},
	{"tune.ssl.maxrecord", "The size of TLS records.", "1400", 1, "a value"},
	{"tune.ssl.ssl-ctx-cache-size", "How many generated certificates are cached.", "1000", 1, "a value"},
}

func init() {
	for _, w := range tlsWords {
		line := w.name
		if w.sample != "" {
			line += " " + w.sample
		}
		manual := "3.2"
		if w.name[:4] != "tune" {
			manual = "3.1"
		}
		registry.Directives.Add(directive(w.name, manual, w.doc, []string{line}, nil,
			func(c *registry.Compiler, st *ast.Statement) {
				if w.args != 0 && len(st.Words) < 2 {
					c.Alert(&st.Words[0], "global statement '%s' expects %s as an argument.", w.name, w.what)
					return
				}
				if !validTLS(c, st) {
					return
				}
				if w.args >= 0 && !c.MaxArgs(st, 1, w.args) {
					return
				}
				values := make([]string, 0, len(st.Words)-1)
				for _, a := range st.Args() {
					values = append(values, a.Text)
				}
				c.Global().SSL[w.name] = values
			}))
	}
}

// tlsOptions are the words of ssl-default-bind-options and
// ssl-default-server-options; those with a value take it from the next word.
var tlsOptions = map[string]bool{
	"no-sslv3": false, "no-tlsv10": false, "no-tlsv11": false, "no-tlsv12": false, "no-tlsv13": false,
	"force-sslv3": false, "force-tlsv10": false, "force-tlsv11": false, "force-tlsv12": false, "force-tlsv13": false,
	"no-tls-tickets": false, "prefer-client-ciphers": false, "allow-0rtt": false, "strict-sni": false, "no-ca-names": false,
	"ssl-min-ver": true, "ssl-max-ver": true, "tls-tickets": false, "no-ssl-reuse": false,
}

// validTLS checks the arguments that can be checked without TLS.
func validTLS(c *registry.Compiler, st *ast.Statement) bool {
	switch st.Keyword() {
	case "ssl-default-bind-options", "ssl-default-server-options":
		for i := 1; i < len(st.Words); i++ {
			valued, ok := tlsOptions[st.Words[i].Text]
			if !ok {
				c.Alert(&st.Words[i], "unknown option '%s' on global statement '%s'.", st.Words[i].Text, st.Keyword())
				return false
			}
			if valued {
				i++
			}
		}
	case "ssl-server-verify":
		if w := &st.Words[1]; w.Text != "none" && w.Text != "required" {
			c.Alert(w, "'ssl-server-verify' expects 'none' or 'required' as argument.")
			return false
		}
	case "tune.ssl.default-dh-param":
		if w := &st.Words[1]; value.Atol(w.Text) < 1024 {
			c.Alert(w, "'tune.ssl.default-dh-param' expects a value >= 1024.")
			return false
		}
	}
	return true
}
