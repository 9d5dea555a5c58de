package main

// tlsRows are the rows with TLS and HTTP/2.
func tlsRows() []workload {
	const rsa, p256 = "rsa.pem", "p256.pem"
	row := func(cert string, h2 bool, w workload) workload {
		w.haproxy, w.nginx = tlsFronts(cert, h2)
		return w
	}
	return []workload{
		row(p256, false, workload{key: "tls-keepalive", name: "TLS keep-alive, 64 connections, 64 bytes",
			load: wrk(64, "https", "/"), quick: true, longer: 3, cpu: 0.7}),
		row(p256, false, workload{key: "tls-100k", name: "TLS, 100 kB answers",
			load: wrk(16, "https", "/100k"), perGB: true, quick: true, longer: 2, cpu: 0.8}),
		row(rsa, false, workload{key: "tls-full-rsa", name: "TLS full handshakes, RSA-2048",
			load: handshakes(16, false), quick: true, cpu: 1}),
		row(p256, false, workload{key: "tls-full-p256", name: "TLS full handshakes, P-256",
			load: handshakes(16, false), quick: true, cpu: 1}),
		row(p256, false, workload{key: "tls-resumed", name: "TLS resumed handshakes",
			load: handshakes(16, true), quick: true, cpu: 1}),
		row("", true, workload{key: "h2", name: "HTTP/2 in clear, 8 connections, 32 streams each, 64 bytes",
			load: h2load(8, "http", "/"), quick: true, cpu: 0.9}),
		row(p256, true, workload{key: "h2-tls", name: "HTTP/2 over TLS, 8 connections, 32 streams each, 64 bytes",
			load: h2load(8, "https", "/"), quick: true, longer: 2, cpu: 0.9}),
		row("", true, workload{key: "h2-100k", name: "HTTP/2 in clear, 100 kB answers",
			load: h2load(4, "http", "/100k"), perGB: true, quick: true, cpu: 0.9}),
		row(p256, true, workload{key: "h2-tls-100k", name: "HTTP/2 over TLS, 100 kB answers",
			load: h2load(4, "https", "/100k"), perGB: true, cpu: 0.9}),
	}
}
