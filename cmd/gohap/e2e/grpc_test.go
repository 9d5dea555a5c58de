package e2e

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	grpcstatus "google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

type text = wrapperspb.StringValue

// grpcServer is a service with a method of each kind.
type grpcServer struct {
	gone chan string // what ended the calls that wait
	mu   sync.Mutex
	here int           // streams of Meet
	met  chan struct{} // closed when grpcCrowd of them are there
}

// grpcCrowd is how many streams are open at a time, over one connection.
const grpcCrowd = 100

func grpcMethod(f func(*grpcServer, grpc.ServerStream) error) grpc.StreamHandler {
	return func(s any, stream grpc.ServerStream) error { return f(s.(*grpcServer), stream) }
}

var grpcService = grpc.ServiceDesc{
	ServiceName: "test.Service", HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Unary", Handler: func(s any, ctx context.Context, dec func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		in := new(text)
		if err := dec(in); err != nil {
			return nil, err
		}
		return s.(*grpcServer).unary(ctx, in)
	}}},
	Streams: []grpc.StreamDesc{
		{StreamName: "Up", ClientStreams: true, Handler: grpcMethod((*grpcServer).up)},
		{StreamName: "Down", ServerStreams: true, Handler: grpcMethod((*grpcServer).down)},
		{StreamName: "Both", ClientStreams: true, ServerStreams: true, Handler: grpcMethod((*grpcServer).both)},
		{StreamName: "Meet", ClientStreams: true, ServerStreams: true, Handler: grpcMethod((*grpcServer).meet)},
	},
}

// unary echoes, fails or waits, as it is told.
func (s *grpcServer) unary(ctx context.Context, in *text) (*text, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	grpc.SetHeader(ctx, metadata.Pairs("x-head", "h", "x-bin", "\x00\xff"))
	grpc.SetTrailer(ctx, metadata.Pairs("x-tail", strings.Join(md.Get("x-ask"), "|")))
	switch in.Value {
	case "fail":
		return nil, grpcstatus.Error(codes.NotFound, "no such thing: 100% ümlaut")
	case "wait":
		<-ctx.Done()
		_, limited := ctx.Deadline()
		s.gone <- fmt.Sprint(ctx.Err(), limited)
		return nil, ctx.Err()
	}
	return in, nil
}

// up counts the bytes of what it gets.
func (s *grpcServer) up(stream grpc.ServerStream) error {
	n := 0
	for {
		in := new(text)
		err := stream.RecvMsg(in)
		if err == io.EOF {
			return stream.SendMsg(&text{Value: fmt.Sprint(n)})
		}
		if err != nil {
			return err
		}
		n += len(in.Value)
	}
}

// down sends as many messages as its request is long, and ends with an error.
func (s *grpcServer) down(stream grpc.ServerStream) error {
	in := new(text)
	if err := stream.RecvMsg(in); err != nil {
		return err
	}
	for i := range len(in.Value) {
		if err := stream.SendMsg(&text{Value: fmt.Sprint(i)}); err != nil {
			return err
		}
	}
	stream.SetTrailer(metadata.Pairs("x-tail", "t"))
	return grpcstatus.Error(codes.DataLoss, "that was all")
}

// both echoes message by message.
func (s *grpcServer) both(stream grpc.ServerStream) error {
	for {
		in := new(text)
		err := stream.RecvMsg(in)
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			s.gone <- grpcstatus.Code(err).String()
			return err
		}
		if err := stream.SendMsg(in); err != nil {
			return err
		}
	}
}

// meet is both, once a grpcCrowd has come.
func (s *grpcServer) meet(stream grpc.ServerStream) error {
	s.mu.Lock()
	if s.here++; s.here == grpcCrowd {
		close(s.met)
	}
	s.mu.Unlock()
	select {
	case <-s.met:
	case <-stream.Context().Done():
		return stream.Context().Err()
	}
	return s.both(stream)
}

// TestGRPC has a client and a server of grpc-go talk through the proxy, in clear
// text and over TLS.
func TestGRPC(t *testing.T) {
	t.Parallel()
	bin := needGohap(t)
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	pem := filepath.Join(dir, "site.pem")
	cert, err := tls.LoadX509KeyPair(pem, pem)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, bind, server string
		client             credentials.TransportCredentials
		options            []grpc.ServerOption
	}{
		{"clear", "proto h2", "proto h2", insecure.NewCredentials(), nil},
		{"TLS", "ssl crt " + pem + " alpn h2", "ssl verify none alpn h2",
			credentials.NewTLS(&tls.Config{InsecureSkipVerify: true}),
			[]grpc.ServerOption{grpc.Creds(credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{cert}}))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &grpcServer{gone: make(chan string, grpcCrowd), met: make(chan struct{})}
			l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
			if err != nil {
				t.Fatal(err)
			}
			server := grpc.NewServer(c.options...)
			server.RegisterService(&grpcService, s)
			go server.Serve(l)
			t.Cleanup(server.Stop)
			addr, sink := freeAddr(t), newSyslogSink(t)
			cfg := fmt.Sprintf("global\n log %s local0\ndefaults\n mode http\n log global\n option httplog\n retries 0\n timeout connect 5s\n timeout client 20s\n timeout server 20s\n"+
				"frontend fe\n bind %s %s\n use_backend none if { path_beg /none }\n default_backend be\nbackend be\n server s %s %s\nbackend none\n server s %s %s\n",
				sink.addr, addr, c.bind, l.Addr(), c.server, refusing(t), c.server)
			p := start(t, bin, "-db", "-f", writeFile(t, filepath.Join(t.TempDir(), "grpc.cfg"), cfg))
			if !within(10*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
				t.Fatalf("gohap does not start:\n%s", p.stderr.String())
			}
			conn, err := grpc.NewClient("passthrough:///"+addr, grpc.WithTransportCredentials(c.client))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			k := &grpcClient{T: t, conn: conn, server: s}
			t.Run("unary", k.at((*grpcClient).unary))
			t.Run("large", k.at((*grpcClient).large))
			t.Run("error", k.at((*grpcClient).fail))
			t.Run("client streaming", k.at((*grpcClient).up))
			t.Run("server streaming", k.at((*grpcClient).down))
			t.Run("both ways", k.at((*grpcClient).both))
			t.Run("deadline", k.at((*grpcClient).deadline))
			t.Run("cancellation", k.at((*grpcClient).cancel))
			t.Run("no server", k.at((*grpcClient).none))
			t.Run("grpcCrowd", k.at((*grpcClient).grpcCrowd))
			lines, ok := sink.await(10*time.Second, func(l []string) bool { return strings.Contains(strings.Join(l, "\n"), "test.Service/Down") })
			if !ok || !strings.Contains(strings.Join(lines, "\n"), `"POST http`) {
				t.Errorf("logged was %q", lines)
			}
		})
	}
}

// grpcClient makes calls.
type grpcClient struct {
	*testing.T
	conn   *grpc.ClientConn
	server *grpcServer
	ctx    context.Context
}

func (k *grpcClient) at(f func(*grpcClient)) func(*testing.T) {
	return func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		f(&grpcClient{t, k.conn, k.server, metadata.AppendToOutgoingContext(ctx, "x-ask", "a", "x-ask", "b")})
	}
}

// want fails unless the error has code and message.
func (k *grpcClient) want(err error, code codes.Code, message string) {
	k.Helper()
	if s := grpcstatus.Convert(err); s.Code() != code || message != "" && s.Message() != message {
		k.Errorf("got %v %q, want %v %q", s.Code(), s.Message(), code, message)
	}
}

func (k *grpcClient) call(ctx context.Context, path, value string, o ...grpc.CallOption) (string, error) {
	out := new(text)
	err := k.conn.Invoke(ctx, path, &text{Value: value}, out, o...)
	return out.Value, err
}

func (k *grpcClient) open(method string, up, down bool) grpc.ClientStream {
	s, err := k.conn.NewStream(k.ctx, &grpc.StreamDesc{ClientStreams: up, ServerStreams: down}, "/test.Service/"+method)
	if err != nil {
		k.Fatal(err)
	}
	return s
}

func (k *grpcClient) unary() {
	var head, tail metadata.MD
	got, err := k.call(k.ctx, "/test.Service/Unary", "hello", grpc.Header(&head), grpc.Trailer(&tail))
	if err != nil || got != "hello" {
		k.Fatalf("got %q, %v", got, err)
	}
	if h := head.Get("x-head"); len(h) != 1 || h[0] != "h" || head.Get("x-bin")[0] != "\x00\xff" || len(tail.Get("x-tail")) != 1 || tail.Get("x-tail")[0] != "a|b" {
		k.Errorf("got header %v and trailer %v", head, tail)
	}
}

func (k *grpcClient) large() {
	want := strings.Repeat("0123456789", 300_000)
	if got, err := k.call(k.ctx, "/test.Service/Unary", want); err != nil || got != want {
		k.Fatalf("got %d bytes, %v", len(got), err)
	}
}

func (k *grpcClient) fail() {
	var tail metadata.MD
	_, err := k.call(k.ctx, "/test.Service/Unary", "fail", grpc.Trailer(&tail))
	k.want(err, codes.NotFound, "no such thing: 100% ümlaut")
	if len(tail.Get("x-tail")) != 1 {
		k.Errorf("got trailer %v", tail)
	}
	_, err = k.call(k.ctx, "/test.Service/Other", "")
	k.want(err, codes.Unimplemented, "")
}

func (k *grpcClient) up() {
	s := k.open("Up", true, false)
	for range 1000 {
		if err := s.SendMsg(&text{Value: strings.Repeat("x", 1000)}); err != nil {
			k.Fatal(err)
		}
	}
	s.CloseSend()
	out := new(text)
	if err := s.RecvMsg(out); err != nil || out.Value != "1000000" {
		k.Fatalf("got %q, %v", out.Value, err)
	}
}

func (k *grpcClient) down() {
	s := k.open("Down", false, true)
	s.SendMsg(&text{Value: strings.Repeat("x", 1000)})
	s.CloseSend()
	for i := range 1000 {
		out := new(text)
		if err := s.RecvMsg(out); err != nil || out.Value != fmt.Sprint(i) {
			k.Fatalf("message %d: got %q, %v", i, out.Value, err)
		}
	}
	k.want(s.RecvMsg(new(text)), codes.DataLoss, "that was all")
	if s.Trailer().Get("x-tail")[0] != "t" {
		k.Errorf("got trailer %v", s.Trailer())
	}
}

// echo sends messages over a stream and waits for each to come back.
func echo(s grpc.ClientStream, n int) error {
	for i := range n {
		want := strings.Repeat(fmt.Sprint(i), 100)
		if err := s.SendMsg(&text{Value: want}); err != nil {
			return err
		}
		out := new(text)
		if err := s.RecvMsg(out); err != nil || out.Value != want {
			return fmt.Errorf("message %d: got %q, %w", i, out.Value, err)
		}
	}
	return nil
}

func (k *grpcClient) both() {
	s := k.open("Both", true, true)
	if err := echo(s, 100); err != nil {
		k.Fatal(err)
	}
	s.CloseSend()
	if err := s.RecvMsg(new(text)); err != io.EOF {
		k.Errorf("got %v at the end", err)
	}
}

func (k *grpcClient) deadline() {
	ctx, cancel := context.WithTimeout(k.ctx, 200*time.Millisecond)
	defer cancel()
	_, err := k.call(ctx, "/test.Service/Unary", "wait")
	k.want(err, codes.DeadlineExceeded, "")
	// Whichever comes first: the server's own clock, or the client's reset.
	if got := <-k.server.gone; !strings.HasSuffix(got, " true") {
		k.Errorf("the server saw %q", got)
	}
}

func (k *grpcClient) cancel() {
	ctx, cancel := context.WithCancel(k.ctx)
	s, err := k.conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, "/test.Service/Both")
	if err != nil {
		k.Fatal(err)
	}
	if err := echo(s, 1); err != nil {
		k.Fatal(err)
	}
	cancel()
	k.want(s.RecvMsg(new(text)), codes.Canceled, "")
	if got := <-k.server.gone; got != "Canceled" {
		k.Errorf("the server saw %q", got)
	}
}

func (k *grpcClient) none() {
	_, err := k.call(k.ctx, "/none/Unary", "")
	k.want(err, codes.Unavailable, "")
}

// grpcCrowd has many streams open at once.
func (k *grpcClient) grpcCrowd() {
	errs := make(chan error, grpcCrowd)
	for range grpcCrowd {
		s := k.open("Meet", true, true)
		go func() {
			err := echo(s, 20)
			s.CloseSend()
			if err == nil {
				if err = s.RecvMsg(new(text)); err == io.EOF {
					err = nil
				}
			}
			errs <- err
		}()
	}
	for range grpcCrowd {
		if err := <-errs; err != nil {
			k.Error(err)
		}
	}
}
