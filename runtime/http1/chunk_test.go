package http1_test

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"gohap/runtime/http"
	"gohap/runtime/http1"
	"gohap/runtime/internal/peer"
)

const chunkFile = "chunks.txt"

// decode reads a chunked body that arrives in pieces of at most size bytes. It
// returns the data and the trailers, as one chunk; or a status, or "-" where the
// end is missing.
func decode(in string, size int) string {
	var c http1.ChunkReader
	var held, data []byte
	for at := 0; ; {
		n, d, err := c.Next(held)
		if err != nil {
			return strconv.Itoa(err.(*http.Error).Status)
		}
		data = append(data, d...)
		if c.Done() {
			break
		}
		held = held[n:]
		if n > 0 && len(held) > 0 {
			continue
		}
		if at == len(in) {
			return "-"
		}
		end := min(at+size, len(in))
		held = append(held, in[at:end]...)
		at = end
	}
	return quote(string(http1.AppendLastChunk(http1.AppendChunk(nil, data), &c.Trailers.Fields)))
}

func TestChunks(t *testing.T) {
	_, cases := readCases(t, chunkFile)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, size := range []int{len(c.in) + 1, 1, 2, 3, 7, 1000} {
				if got := decode(c.in, size); got != c.want() {
					t.Errorf("in pieces of %d: %.80q\n got %s\nwant %s", size, c.in, got, c.want())
				}
			}
		})
	}
}

func TestChunksAgainstHAProxy(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	bodies := make(chan string, 1)
	go serveChunked(ln, bodies)
	l := &lab{addr: peer.Addr(t), hasty: peer.Addr(t), cli: peer.Dir(t) + "/cli"}
	peer.HAProxy(t, fmt.Sprintf(config, l.addr, l.hasty, "", ln.Addr(), l.cli))
	head, cases := readCases(t, chunkFile)
	for _, c := range cases {
		conn, err := net.Dial("tcp", l.at(c))
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(peer.Patience))
		io.WriteString(conn, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"+c.in)
		answer := answered(readHead(conn))
		conn.Close()
		got := answer
		switch answer {
		case "200":
			got = quote(<-bodies)
		case "408", "504":
			got = "-"
		}
		compare(t, chunkFile, c, got)
	}
	if *update {
		writeCases(t, chunkFile, head, cases)
	}
}

// serveChunked answers requests with chunked bodies and hands on each that is
// complete.
func serveChunked(ln net.Listener, bodies chan<- string) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			var b strings.Builder
			buf := make([]byte, 32<<10)
			for {
				n, err := conn.Read(buf)
				b.Write(buf[:n])
				_, body, _ := strings.Cut(b.String(), "\r\n\r\n")
				if decode(body, len(body)) != "-" && strings.HasSuffix(body, "\r\n\r\n") {
					bodies <- body
					io.WriteString(conn, okReply)
					return
				}
				if err != nil {
					return
				}
			}
		}()
	}
}

func TestAppendChunkHeader(t *testing.T) {
	for n, want := range map[int]string{1: "1", 15: "F", 16: "10", 255: "FF", 4096: "1000", 1 << 40: "10000000000"} {
		if got := string(http1.AppendChunkHeader(nil, n)); got != want+"\r\n" {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
	if got := http1.AppendChunk(nil, nil); len(got) != 0 {
		t.Errorf("an empty chunk gives %q", got)
	}
	var f http.Fields
	f.Add("a", []byte("b"))
	if got := string(http1.AppendLastChunk(nil, &f)); got != "0\r\na: b\r\n\r\n" {
		t.Errorf("trailers: %q", got)
	}
}

// What HAProxy does with these depends on what was in its memory before, so they
// are not in the file.
func TestTrailersRefused(t *testing.T) {
	for _, trailer := range []string{"Fo o: bar", " X: a", "F\x01o: x"} {
		if got := decode("2\r\nab\r\n0\r\n"+trailer+"\r\n\r\n", 1000); got != "400" {
			t.Errorf("%q: got %s", trailer, got)
		}
	}
}
