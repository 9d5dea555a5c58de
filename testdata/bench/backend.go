package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// webConf is the light backend: 64 bytes at /, and files.
const webConf = `{{.User}}
daemon off; pid {{.Dir}}/web.pid; error_log {{.Dir}}/web.log crit;
worker_processes {{.Threads}}; worker_rlimit_nofile 20000;
events { worker_connections 18000; }
http {
	access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; sendfile on; tcp_nopush on;
	client_body_temp_path {{.Dir}}/webbody;
	server {
		listen 127.0.0.1:{{.Web}} backlog=4096; root {{.Dir}};
		location = / { return 200 "SMALL"; }
	}
}
`

// The bodies that the backend has, by file name.
var bodies = map[string]int{"100k": 100_000, "10m": 10_000_000}

// startBackends starts the light backend, and those that this process is itself.
func (b *bench) startBackends() error {
	if err := writeMaps(b.dir); err != nil {
		return err
	}
	for name, n := range bodies {
		if err := os.WriteFile(filepath.Join(b.dir, name), bytes.Repeat([]byte("0123456789abcdef"), n/16), 0o644); err != nil {
			return err
		}
	}
	v := &b.values
	for _, port := range []*int{&v.Web, &v.Echo, &v.Sink, &v.Chunks, &v.Stream} {
		p, err := freePort()
		if err != nil {
			return err
		}
		*port = p
	}
	for port, serve := range map[int]func(net.Conn) error{
		v.Echo: echo, v.Sink: sink, v.Chunks: chunks(), v.Stream: b.endless,
	} {
		if err := listen(port, serve); err != nil {
			return err
		}
	}
	log, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	// Nobody reads the log: its receive buffer fills, and the kernel drops the rest
	// at the same cost for all.
	b.syslog, v.Syslog = log, log.LocalAddr().(*net.UDPAddr).Port
	return b.startWeb()
}

// startWeb starts the light backend, with a worker for each core that it has.
func (b *bench) startWeb() error {
	own := b.values
	own.Threads = max(1, len(b.off))
	text, err := expand(strings.Replace(webConf, "SMALL", strings.Repeat("0123456789abcdef", 4), 1), own)
	if err != nil {
		return err
	}
	conf := filepath.Join(b.dir, "web.conf")
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		return err
	}
	if b.web, err = spawn(b.off, "nginx", "-c", conf); err != nil {
		return err
	}
	return waitPort(b.values.Web, 5*time.Second)
}

// listen serves the connections of a port until the process ends.
func listen(port int, serve func(net.Conn) error) error {
	l, err := net.Listen("tcp", address(port))
	if err != nil {
		return err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { serve(c); c.Close() }()
		}
	}()
	return nil
}

// echo answers with what comes.
func echo(c net.Conn) error {
	p := make([]byte, 4096)
	for {
		n, err := c.Read(p)
		if err != nil {
			return err
		}
		if _, err := c.Write(p[:n]); err != nil {
			return err
		}
	}
}

// sink answers requests when their bodies are there, and throws those away.
func sink(c net.Conn) error {
	r := newReader(c)
	for {
		head, err := r.head()
		if err != nil {
			return err
		}
		if err := r.skip(head.length); err != nil {
			return err
		}
		if _, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"); err != nil {
			return err
		}
	}
}

// chunkedBody is how much the answers of chunks hold, chunkSize how much a chunk.
const (
	chunkedBody = 1 << 20
	chunkSize   = 4096
)

// chunks answers requests with bodies in chunks.
func chunks() func(net.Conn) error {
	var t bytes.Buffer
	t.WriteString("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
	for range chunkedBody / chunkSize {
		fmt.Fprintf(&t, "%x\r\n%s\r\n", chunkSize, bytes.Repeat([]byte("chunk-of"), chunkSize/8))
	}
	t.WriteString("0\r\n\r\n")
	return func(c net.Conn) error {
		r := newReader(c)
		for {
			if _, err := r.head(); err != nil {
				return err
			}
			if _, err := c.Write(t.Bytes()); err != nil {
				return err
			}
		}
	}
}

// endless sends a file over and over, after a first byte.
func (b *bench) endless(c net.Conn) error {
	if _, err := c.Read(make([]byte, 1)); err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(b.dir, "10m"))
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		if err := send(c, f); err != nil {
			return err
		}
	}
}
