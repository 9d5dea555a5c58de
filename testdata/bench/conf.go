package main

import (
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// values are what configurations are made from: ports, folders and counts.
type values struct {
	Port                            int // of the program
	Web, Echo, Sink, Chunks, Stream int // of the backends
	Syslog                          int
	Threads                         int
	Dir, User, Modules              string
}

func expand(text string, v values) (string, error) {
	t, err := template.New("").Parse(text)
	if err != nil {
		return "", err
	}
	var s strings.Builder
	err = t.Execute(&s, v)
	return s.String(), err
}

// The suites are bounded to what all of them have, so that none wins by a cheaper
// cipher.
const haproxyFrame = `global
	maxconn 9000
	maxpipes 100
	nbthread {{.Threads}}
	log 127.0.0.1:{{.Syslog}} local0
	ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
defaults
	timeout client 30s
	timeout server 30s
	timeout connect 5s
BODY`

const nginxFrame = `{{.User}}
{{.Modules}}
daemon off; pid {{.Dir}}/nginx.pid; error_log {{.Dir}}/nginx.log crit;
worker_processes {{.Threads}}; worker_rlimit_nofile 20000;
events { worker_connections 18000; }
BODY`

// httpFront is a proxy in front of the light backend; MORE adds to it.
const httpFront = `frontend f
	mode http
	bind 127.0.0.1:{{.Port}}
	MORE
	default_backend b
backend b
	mode http
	server s 127.0.0.1:{{.Web}}
`

// nginxFront is the same for nginx; OUTER adds outside of the server, INNER inside.
const nginxFront = `http {
	access_log off; keepalive_requests 1000000000; client_max_body_size 0;
	client_body_temp_path {{.Dir}}/body; proxy_temp_path {{.Dir}}/proxy;
	proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
	proxy_max_temp_file_size 0; proxy_request_buffering off;
	ssl_protocols TLSv1.2 TLSv1.3; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
	ssl_session_cache shared:s:20m;
	upstream b { server 127.0.0.1:{{.Web}}; keepalive 512; keepalive_requests 1000000000; }
	OUTER
	server {
		listen 127.0.0.1:{{.Port}} backlog=4096 LISTEN;
		INNER
		location / { proxy_pass http://b; }
	}
}
`

// nginxTCP relays TCP.
const nginxTCP = `stream { server { listen 127.0.0.1:{{.Port}} backlog=4096; proxy_pass 127.0.0.1:BACKEND; } }
`

// tcpFront relays TCP; MORE adds to it.
const tcpFront = `listen f
	mode tcp
	MORE
	bind 127.0.0.1:{{.Port}}
	server s 127.0.0.1:BACKEND
`

// streamModule is the line that gives nginx its stream module; ok is false where it
// is missing.
func streamModule() (line string, ok bool) {
	for _, dir := range []string{"/usr/lib/nginx/modules", "/usr/share/nginx/modules"} {
		file := filepath.Join(dir, "ngx_stream_module.so")
		if _, err := os.Stat(file); err == nil {
			return "load_module " + file + ";", true
		}
	}
	return "", false
}
