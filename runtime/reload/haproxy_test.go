package reload_test

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gohap/runtime/internal/peer"
	"gohap/runtime/reload"
)

const timeouts = `
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
`

// A running haproxy gives us its listeners, more than one message holds, with
// interface and unix sockets.
func TestTakeFromHAProxy(t *testing.T) {
	dir := peer.Dir(t)
	api, web, abstract := filepath.Join(dir, "api"), filepath.Join(dir, "web"), filepath.Base(dir)
	port := peer.Port(t)
	var binds strings.Builder
	for i := range 300 {
		fmt.Fprintf(&binds, "    bind %s@many%d\n", "abns", i+os.Getpid()*1000)
	}
	peer.HAProxy(t, "global\n    stats socket "+api+" level admin expose-fd listeners\n"+timeouts+`
frontend f
    bind 127.0.0.1:`+fmt.Sprint(port)+` interface lo
    bind `+web+`
    bind abns@`+abstract+`
    http-request return status 200
`+binds.String())
	got, err := reload.Fetch(api)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if got.Len() != 304 {
		t.Errorf("%d sockets came, want 304", got.Len())
	}
	for _, a := range []reload.Address{
		{TCP: netip.MustParseAddrPort(fmt.Sprintf("127.0.0.1:%d", port)), Interface: "lo"},
		{Path: web},
		{Path: abstract, Abstract: true},
		{Path: api},
	} {
		if _, ok := got.Take(a); !ok {
			t.Errorf("%+v did not come", a)
		}
	}
}

// haproxy -x takes ours: a connection that waits in a listener's queue when
// haproxy takes over is answered by it.
func TestGiveToHAProxy(t *testing.T) {
	haproxy := peer.Need(t, "haproxy")
	dir := peer.Dir(t)
	api, err := net.Listen("unix", filepath.Join(dir, "old"))
	if err != nil {
		t.Fatal(err)
	}
	defer api.Close()
	web, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f, err := web.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sent := make(chan error, 1)
	go func() {
		c, err := api.Accept()
		if err != nil {
			sent <- err
			return
		}
		defer c.Close()
		line := make([]byte, len(reload.Command))
		io.ReadFull(c, line)
		sent <- reload.Send(c.(*net.UnixConn), []reload.Socket{{FD: int(f.Fd())}})
	}()
	waiting, err := net.Dial("tcp4", web.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer waiting.Close()
	cfg := peer.File(t, "haproxy.cfg", timeouts+"frontend f\n    bind "+web.Addr().String()+
		"\n    http-request return status 200 content-type text/plain string taken\n")
	peer.Run(t, haproxy, "-db", "-f", cfg, "-x", filepath.Join(dir, "old"))
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	web.Close()
	io.WriteString(waiting, "GET / HTTP/1.0\r\n\r\n")
	answer, err := io.ReadAll(waiting)
	if err != nil || !strings.HasSuffix(string(answer), "taken") {
		t.Errorf("the connection that waited got %q, %v", answer, err)
	}
}

func TestFetchErrors(t *testing.T) {
	dir := peer.Dir(t)
	missing := filepath.Join(dir, "missing")
	if _, err := reload.Fetch(missing); err == nil ||
		err.Error() != "Failed to connect to the old process socket '"+missing+"'" {
		t.Errorf("nobody there: %v", err)
	}
	api := filepath.Join(dir, "api")
	peer.HAProxy(t, "global\n    stats socket "+api+" level admin\n"+timeouts+
		"frontend f\n    bind abns@"+filepath.Base(dir)+"\n")
	if _, err := reload.Fetch(api); err != reload.ErrCount {
		t.Errorf("a socket that does not expose them: %v", err)
	}
}
