package diag

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"gohap/parser/internal/peer"
)

func TestSuggest(t *testing.T) {
	keywords := []string{"server", "bind", "timeout", "check", "check-ssl", "maxconn", "httplog", "tcplog", "tune.bufsize", "tls-tickets"}
	for word, want := range map[string]string{
		"chek": "check", "maxcon": "maxconn", "htplog": "httplog", "tcplg": "tcplog", "BIND": "bind", "timout": "timeout", "servre": "server",
		"tune.bufsize.small": "tune.bufsize", "check_ssl": "check-ssl", "tls-tickest": "tls-tickets", "xyz": "", "": "", "acl": "",
	} {
		if got := Suggest(word, keywords); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
	if got, want := DidYouMean("htplog", keywords), "; did you mean 'httplog' maybe ?"; got != want {
		t.Error(got)
	}
	if got := Suggest("x", nil) + Suggest("", []string{""}) + DidYouMean("zzz", keywords); got != "" {
		t.Error(got)
	}
}

// The proposals for options are haproxy's in all but a few cases.
func TestSuggestAsHAProxy(t *testing.T) {
	options := strings.Fields(`abortonclose accept-invalid-http-request accept-invalid-http-response allbackups checkcache clitcpka contstats
		disable-h2-upgrade dontlog-normal dontlognull forwardfor h1-case-adjust-bogus-client h1-case-adjust-bogus-server http-buffer-request
		http-ignore-probes http-keep-alive http-no-delay http-pretend-keepalive http-restrict-req-hdr-names http-server-close http-use-proxy-header
		httpchk httpclose httplog httpslog independent-streams ldap-check external-check log-health-checks log-separate-errors logasap mysql-check
		nolinger originalto persist pgsql-check prefer-last-server redispatch redis-check smtpchk socket-stats splice-auto splice-request
		splice-response spop-check srvtcpka ssl-hello-chk tcp-check tcp-smart-accept tcp-smart-connect tcpka tcplog transparent http-use-htx`)
	words := strings.Fields(`htplog httplg tcplg htpclose forwardor forward-for httpcheck http-serverclose redispach dontlognul dontlog-null
		logasp abort-on-close keepalive socketstats splice-requests transparant tcp-smart-acept xyz foo server-close http_proxy`)
	var cfg strings.Builder
	cfg.WriteString("backend b\n")
	for _, w := range words {
		fmt.Fprintf(&cfg, " option %s\n", w)
	}
	said := regexp.MustCompile(`did you mean '([^']*)' maybe`)
	want := map[int]string{}
	for _, m := range peer.Check(t, cfg.String(), nil).Alerts() {
		if s := said.FindStringSubmatch(m.Text); s != nil {
			want[m.Line] = s[1]
		}
	}
	wrong := 0
	for i, w := range words {
		if got := Suggest(w, options); got != want[i+2] {
			wrong++
			t.Logf("%q: gohap %q, haproxy %q", w, got, want[i+2])
		}
	}
	if wrong > len(words)/8 {
		t.Errorf("%d of %d differ", wrong, len(words))
	}
}

// BenchmarkSuggest finds the keyword that a wrong word may have meant.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./parser/diag | tee new.txt
func BenchmarkSuggest(b *testing.B) {
	keywords := make([]string, 1300)
	for i := range keywords {
		keywords[i] = fmt.Sprintf("keyword-%d-of-many", i)
	}
	for b.Loop() {
		Suggest("kewyord-77-of-many", keywords)
	}
}
