package e2e

import (
	"crypto/tls"
	"encoding/csv"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"

	"golang.org/x/net/http2"
)

// http2Checks are backends whose checks speak HTTP/2, or have to do with it:
// lines of the backend, then the server's options. $ONE is a server of HTTP/1,
// $TWO one of HTTP/2, $TLS one that lets the client choose; the other servers
// misbehave. HAProxy asks a server that has agreed on HTTP/2 in HTTP/1 where only
// "alpn" says so, and waits for ever over TLS where "proto" says so, or where the
// server has said GOAWAY; own is what gohap makes of it.
var http2Checks = []struct{ name, lines, server, own string }{
	{name: "plain", lines: "option httpchk", server: "$TWO proto h2"},
	{name: "uri", lines: "option httpchk /x", server: "$TWO proto h2"},
	{name: "method and version", lines: "option httpchk HEAD /x HTTP/1.1", server: "$TWO proto h2"},
	{name: "send", lines: "option httpchk\n http-check send meth PUT uri /x ver HTTP/1.1 hdr Host www.site.test hdr X-A b hdr Connection close body hello", server: "$TWO proto h2"},
	{name: "host in 1.0", lines: "option httpchk\n http-check send meth GET uri /x hdr Host www.site.test", server: "$TWO proto h2"},
	{name: "bad status", lines: "option httpchk GET /404", server: "$TWO proto h2"},
	{name: "wanted status", lines: "option httpchk GET /404\n http-check expect status 404", server: "$TWO proto h2"},
	{name: "unwanted status", lines: "option httpchk GET /x\n http-check expect status 404", server: "$TWO proto h2"},
	{name: "content", lines: "option httpchk GET /x\n http-check expect string hello", server: "$TWO proto h2"},
	{name: "missing content", lines: "option httpchk GET /x\n http-check expect string other", server: "$TWO proto h2"},
	{name: "header", lines: "option httpchk GET /x\n http-check expect hdr name x-up value case", server: "$TWO proto h2"},
	{name: "missing header", lines: "option httpchk GET /x\n http-check expect hdr name x-other", server: "$TWO proto h2"},
	{name: "two requests", lines: "option httpchk\n http-check connect default\n http-check send meth GET uri /one\n http-check expect status 200\n http-check connect proto h2\n http-check send meth GET uri /two\n http-check expect status 200", server: "$TWO proto h2"},
	{name: "connection only", lines: "", server: "$TWO proto h2"},
	{name: "tcp-check", lines: "option tcp-check\n tcp-check connect", server: "$TWO proto h2"},
	{name: "check-proto h1", lines: "option httpchk GET /x", server: "$ONE proto h2 check-proto h1"},
	{name: "check-proto h2", lines: "option httpchk GET /x", server: "$TWO check-proto h2"},
	{name: "connect proto h2", lines: "option httpchk GET /x\n http-check connect proto h2", server: "$TWO"},
	{name: "HTTP/1 server", lines: "option httpchk GET /x", server: "$ONE proto h2"},
	{name: "silent", lines: "option httpchk GET /x\n timeout check 200ms", server: "$SILENT proto h2"},
	{name: "reset", lines: "option httpchk GET /x", server: "$RESET proto h2"},
	{name: "goaway", lines: "option httpchk GET /x", server: "$GOAWAY proto h2", own: `DOWN L7RSP  "TCPCHK got an empty response at step 2" "Layer7 invalid response"`},
	{name: "hang up", lines: "option httpchk GET /x", server: "$HANGUP proto h2"},
	{name: "hang up h1", lines: "option httpchk GET /x", server: "$CLOSE"},
	{name: "refused", lines: "option httpchk GET /x", server: "$REFUSED proto h2"},
	{name: "alpn", lines: "option httpchk GET /x", server: "$TLS ssl verify none alpn h2,http/1.1", own: overTwo},
	{name: "alpn h1", lines: "option httpchk GET /x", server: "$TLS ssl verify none alpn http/1.1"},
	{name: "no alpn", lines: "option httpchk GET /x", server: "$TLS ssl verify none"},
	{name: "check-alpn h1", lines: "option httpchk GET /x", server: "$TLS ssl verify none alpn h2 check-alpn http/1.1"},
	{name: "check-alpn h2", lines: "option httpchk GET /x", server: "$TLS ssl verify none check-alpn h2"},
	{name: "proto over TLS", lines: "option httpchk GET /x", server: "$TLS ssl verify none proto h2 alpn h2", own: overTwo},
	{name: "check-ssl", lines: "option httpchk GET /x", server: "$TLS check-ssl verify none check-alpn h2,http/1.1"},
	{name: "connect alpn", lines: "option httpchk GET /x\n http-check connect ssl alpn h2", server: "$TLS verify none"},
}

const overTwo = `UP L7OK 200 "" "Layer7 check passed"` + "\n" + `GET /x HTTP/2.0 host="" 0 "" []`

// checked is a server that tells by what it was asked.
type checked struct{ got chan string }

func (c *checked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	names := []string{}
	for name, values := range r.Header {
		names = append(names, name+"="+strings.Join(values, "|"))
	}
	slices.Sort(names)
	select {
	case c.got <- fmt.Sprintf("%s %s %s host=%q %d %q %v", r.Method, r.RequestURI, r.Proto, r.Host, r.ContentLength, body, names):
	default:
	}
	w.Header().Set("X-Up", "case")
	if r.URL.Path == "/404" {
		w.WriteHeader(404)
	}
	io.WriteString(w, "hello")
}

// closing accepts connections, and closes each once something has come.
func closing(t *testing.T) string {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				c.Read(make([]byte, 4096))
				c.Close()
			}()
		}
	}()
	return l.Addr().String()
}

// misbehave accepts connections, and has end end each once a request has come.
func misbehave(t *testing.T, end func(fr *http2.Framer, c net.Conn)) string {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				c.SetDeadline(time.Now().Add(10 * time.Second))
				io.ReadFull(c, make([]byte, len(http2.ClientPreface)))
				fr := http2.NewFramer(c, c)
				fr.WriteSettings()
				for {
					f, err := fr.ReadFrame()
					if err != nil {
						return
					}
					if _, ok := f.(*http2.HeadersFrame); ok && end != nil {
						end(fr, c)
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

// TestHTTP2Checks: what a server is asked, and what comes of its answer, is the
// same with both programs.
func TestHTTP2Checks(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "site.pem"), filepath.Join(dir, "site.pem"))
	if err != nil {
		t.Fatal(err)
	}
	c := &checked{got: make(chan string, 1000)}
	serve := func(protocols func(*http.Protocols), secure bool) string {
		l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
		if err != nil {
			t.Fatal(err)
		}
		s := &http.Server{Handler: c, Protocols: new(http.Protocols), ErrorLog: log.New(io.Discard, "", 0)}
		protocols(s.Protocols)
		t.Cleanup(func() { s.Close() })
		if secure {
			s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
			go s.ServeTLS(l, "", "")
		} else {
			go s.Serve(l)
		}
		return l.Addr().String()
	}
	values := strings.NewReplacer(
		"$ONE", serve(func(p *http.Protocols) { p.SetHTTP1(true) }, false),
		"$TWO", serve(func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) }, false),
		"$TLS", serve(func(p *http.Protocols) { p.SetHTTP1(true); p.SetHTTP2(true) }, true),
		"$SILENT", misbehave(t, nil),
		"$RESET", misbehave(t, func(fr *http2.Framer, c net.Conn) {
			fr.WriteRSTStream(1, http2.ErrCodeRefusedStream)
			fr.ReadFrame()
		}),
		"$GOAWAY", misbehave(t, func(fr *http2.Framer, c net.Conn) {
			fr.WriteGoAway(0, http2.ErrCodeNo, nil)
			fr.ReadFrame()
		}),
		"$HANGUP", misbehave(t, func(*http2.Framer, net.Conn) {}),
		"$REFUSED", refusing(t), "$CLOSE", closing(t),
	)
	for _, k := range http2Checks {
		t.Run(k.name, func(t *testing.T) {
			run := func(bin string) string {
				for more := true; more; {
					select {
					case <-c.got:
					default:
						more = false
					}
				}
				dir := t.TempDir()
				socket := filepath.Join(dir, "cli")
				cfg := fmt.Sprintf("global\n stats socket %s\ndefaults\n mode http\n timeout connect 2s\n timeout server 5s\n timeout client 5s\n timeout check 1s\nlisten be\n bind %s\n %s\n server s %s check inter 60s fall 1 rise 1\n",
					socket, freeAddr(t), k.lines, values.Replace(k.server))
				p := start(t, asHAProxy(t, bin), "-db", "-f", writeFile(t, filepath.Join(dir, "h2.cfg"), cfg))
				defer p.end(t)
				row := map[string]string{}
				if !within(10*time.Second, func() bool {
					out, err := cliCommand(socket, "show stat be 4 -1")
					all, _ := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "# "))).ReadAll()
					if err != nil || len(all) < 2 {
						return !p.running()
					}
					for i, name := range all[0] {
						row[name] = all[1][i]
					}
					s := row["check_status"]
					return s != "" && s != "INI" && !strings.HasPrefix(s, "* ")
				}) || !p.running() {
					t.Fatalf("%s does not check: %v\n%s", bin, row, p.stderr.String())
				}
				text := fmt.Sprintf("%s %s %s %q %q", row["status"], row["check_status"], row["check_code"], row["last_chk"], row["check_desc"])
				for {
					select {
					case got := <-c.got:
						text += "\n" + got
						continue
					default:
					}
					return text
				}
			}
			want := k.own
			if want == "" {
				want = run(ref)
			}
			if got := run(bin); want != got {
				t.Errorf("wanted (-) and gohap (+) differ:\n%s", lineDiff(strings.Split(want, "\n"), strings.Split(got, "\n")))
			}
		})
	}
}
