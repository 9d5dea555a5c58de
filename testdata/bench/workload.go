package main

import (
	"fmt"
	"strings"
)

// workload is one row.
type workload struct {
	key, name      string
	haproxy, nginx string // configurations; "" where nginx cannot
	load           load
	prepare        func(b *bench, haproxy *program) error
	perGB          bool // CPU is counted per gigabyte, not per request
	quick          bool // is measured with --quick too
	longer         int  // rounds are this many times as long, where connecting costs much
	cpu            float64
	// The targets: cpu is that of CPU time in relation to haproxy's, tail that of
	// p99.9; faster is that of the throughput where it is not 1.
	tail, faster float64
}

// fronts gives the configurations of an HTTP row: more stands in haproxy's frontend,
// outer and inner in nginx's http and server.
func fronts(more, outer, inner string) (string, string) {
	return strings.Replace(httpFront, "MORE", more, 1), nginxHTTP(outer, inner, "")
}

func nginxHTTP(outer, inner, listen string) string {
	return strings.NewReplacer("OUTER", outer, "INNER", inner, "LISTEN", listen).Replace(nginxFront)
}

// tcpFronts gives those of a TCP row in front of a backend.
func tcpFronts(more, backend string) (string, string) {
	nginx := ""
	if _, ok := streamModule(); ok {
		nginx = strings.Replace(nginxTCP, "BACKEND", backend, 1)
	}
	return strings.NewReplacer("MORE", more, "BACKEND", backend).Replace(tcpFront), nginx
}

// tlsFronts gives those of a row with TLS, or with HTTP/2 in clear where cert is "".
func tlsFronts(cert string, h2 bool) (string, string) {
	var bind, listen, inner string
	if cert != "" {
		bind, listen = " ssl crt {{.Dir}}/"+cert, "ssl "
		inner = fmt.Sprintf("ssl_certificate {{.Dir}}/%s; ssl_certificate_key {{.Dir}}/%s;", cert, cert)
	}
	switch {
	case h2 && cert != "":
		bind += " alpn h2,http/1.1"
	case h2:
		bind += " proto h2"
	}
	if h2 {
		listen += "http2"
	}
	port := "bind 127.0.0.1:{{.Port}}"
	return strings.NewReplacer(port, port+bind, "MORE", "").Replace(httpFront), nginxHTTP("", inner, listen)
}

const (
	spliced = "option splice-request\n\toption splice-response"

	rulesMore = `log global
	option httplog
	option forwardfor
	acl a path_beg /a
	acl b path_end .png
	acl c hdr(host) -i one.example
	acl d hdr_sub(user-agent) curl
	acl e path /e
	http-request deny if a or b or c or d or e
	http-request set-header X-One 1
	http-request del-header X-Two`

	rulesOuter = `log_format h '$remote_addr:$remote_port [$time_local] $request_time $upstream_response_time $status $bytes_sent "$request"';`

	rulesInner = `access_log syslog:server=127.0.0.1:{{.Syslog}} h;
		if ($uri ~ ^/a) { return 403; }
		if ($uri ~ \.png$) { return 403; }
		if ($http_host ~* ^one\.example$) { return 403; }
		if ($http_user_agent ~ curl) { return 403; }
		if ($uri = /e) { return 403; }
		proxy_set_header Connection ""; proxy_set_header Host $host;
		proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
		proxy_set_header X-One 1; proxy_set_header X-Two "";`

	trackMore = `stick-table type ip size 1m expire 1h store http_req_rate(10s),conn_cur,gpc0
	http-request track-sc0 src
	http-request deny if { sc_http_req_rate(0) gt 1000000000 } || { sc_get_gpc0(0) gt 0 }`

	closeInner = `keepalive_timeout 0; location = / { proxy_pass http://127.0.0.1:{{.Web}}; proxy_set_header Connection close; }`
)

// workloads gives all rows.
func workloads() []workload {
	var all []workload
	for _, rows := range [][]workload{httpRows(), bodyRows(), tcpRows(), ruleRows(), tlsRows()} {
		all = append(all, rows...)
	}
	return all
}

func httpRows() []workload {
	plain, nginx := fronts("", "", "")
	rules, nginxRules := fronts(rulesMore, rulesOuter, rulesInner)
	closed, nginxClosed := fronts("option httpclose", "", closeInner)
	return []workload{
		{key: "keepalive", name: "HTTP/1 keep-alive, 64 connections, 64 bytes", haproxy: plain, nginx: nginx,
			load: wrk(64, "http", "/"), quick: true, cpu: 0.85},
		{key: "rules", name: "the same with httplog, forwardfor, 5 ACLs, 2 header rules", haproxy: rules, nginx: nginxRules,
			load: wrk(64, "http", "/"), quick: true, cpu: 0.90},
		{key: "thousand", name: "HTTP/1 keep-alive, 1,000 connections", haproxy: plain, nginx: nginx,
			load: wrk(1000, "http", "/"), quick: true, longer: 2, cpu: 0.70},
		{key: "close", name: "HTTP/1, a connection per request", haproxy: closed, nginx: nginxClosed,
			load: wrk(64, "http", "/", "-H", "Connection: close"), quick: true, cpu: 0.95},
		{key: "latency", name: "HTTP/1 keep-alive at 70 % of haproxy's maximum rate", haproxy: plain, nginx: nginx,
			load: openLoop(0.7), prepare: findPeak, quick: true, longer: 2, tail: 1.1},
	}
}

func bodyRows() (all []workload) {
	plain, nginx := fronts("", "", "")
	splice, _ := fronts(spliced, "", "")
	toSink := func(s string) string { return strings.ReplaceAll(s, "{{.Web}}", "{{.Sink}}") }
	toChunks := func(s string) string { return strings.ReplaceAll(s, "{{.Web}}", "{{.Chunks}}") }
	for _, s := range []struct {
		key, name, haproxy string
		cpu                float64
	}{{"", "", plain, 0.5}, {"-splice", ", splice options", splice, 1}} {
		bulky := s.key == ""
		all = append(all,
			workload{key: "get-100k" + s.key, name: "HTTP/1, 100 kB answers" + s.name, haproxy: s.haproxy, nginx: nginx,
				load: get(32, "/100k"), perGB: true, quick: bulky, cpu: s.cpu},
			workload{key: "get-10m" + s.key, name: "HTTP/1, 10 MB answers" + s.name, haproxy: s.haproxy, nginx: nginx,
				load: get(8, "/10m"), perGB: true, quick: true, cpu: s.cpu},
			workload{key: "put-100k" + s.key, name: "HTTP/1, 100 kB uploads" + s.name, haproxy: toSink(s.haproxy), nginx: toSink(nginx),
				load: put(32, "100k"), perGB: true, cpu: s.cpu},
			workload{key: "put-10m" + s.key, name: "HTTP/1, 10 MB uploads" + s.name, haproxy: toSink(s.haproxy), nginx: toSink(nginx),
				load: put(8, "10m"), perGB: true, quick: bulky, cpu: s.cpu})
	}
	return append(all, workload{key: "chunked", name: "HTTP/1, 1 MB answers in chunks of 4 kB", haproxy: toChunks(plain), nginx: toChunks(nginx),
		load: get(16, "/"), perGB: true, quick: true, cpu: 1})
}

func tcpRows() []workload {
	stream, nginxStream := tcpFronts("", "{{.Stream}}")
	splice, _ := tcpFronts(spliced, "{{.Stream}}")
	short, nginxShort := tcpFronts("", "{{.Echo}}")
	return []workload{
		{key: "tcp-bulk", name: "TCP, bulk", haproxy: stream, nginx: nginxStream, load: bulk(4), perGB: true, quick: true, cpu: 0.35, faster: 2},
		{key: "tcp-bulk-splice", name: "TCP, bulk, splice options", haproxy: splice, nginx: nginxStream, load: bulk(4), perGB: true, quick: true, cpu: 1},
		{key: "tcp-short", name: "TCP, connect, 100 bytes each way, close", haproxy: short, nginx: nginxShort, load: sessions(32), quick: true, cpu: 0.95},
	}
}
