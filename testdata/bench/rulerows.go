package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// mapEntries is how many entries the map of its row has.
const mapEntries = 100_000

// ruleRows are the rows of the rule language: what many ACLs, a large map and a
// stick table cost.
func ruleRows() []workload {
	acls, nginxACLs := manyACLs()
	// The map is read by haproxy and gohap as "key value", by nginx as "key value;".
	mapped, nginxMapped := fronts("http-request set-header X-Map %[req.hdr(host),map_str({{.Dir}}/hosts.map,none)]",
		"map_hash_max_size 400000; map_hash_bucket_size 128; map $http_host $mapped { default none; include {{.Dir}}/hosts.nginx; }",
		`proxy_set_header Connection ""; proxy_set_header Host $http_host; proxy_set_header X-Map $mapped;`)
	tracked, nginxTracked := fronts(trackMore, "limit_req_zone $binary_remote_addr zone=z:10m rate=1000000r/s;", "limit_req zone=z burst=1000 nodelay;")
	return []workload{
		{key: "acls", name: "HTTP/1 keep-alive, 50 rules with ACLs", haproxy: acls, nginx: nginxACLs, load: wrk(64, "http", "/"), quick: true, cpu: 1},
		{key: "map", name: "HTTP/1 keep-alive, a map of 100,000 entries", haproxy: mapped, nginx: nginxMapped,
			load: wrk(64, "http", "/", "-H", fmt.Sprintf("Host: host%d.bench.example", mapEntries*2/3)), quick: true, cpu: 1},
		{key: "track", name: "HTTP/1 keep-alive, tracked in a stick table", haproxy: tracked, nginx: nginxTracked, load: wrk(64, "http", "/"), quick: true, cpu: 1},
	}
}

// manyACLs are 50 rules of which no request meets one.
func manyACLs() (string, string) {
	var h, n strings.Builder
	for i := range 50 {
		switch i % 5 {
		case 0:
			fmt.Fprintf(&h, "\thttp-request deny if { path_beg /private%d/ }\n", i)
			fmt.Fprintf(&n, "if ($uri ~ ^/private%d/) { return 403; }\n", i)
		case 1:
			fmt.Fprintf(&h, "\thttp-request deny if { hdr(host) -i blocked%d.example }\n", i)
			fmt.Fprintf(&n, "if ($http_host ~* ^blocked%d\\.example$) { return 403; }\n", i)
		case 2:
			fmt.Fprintf(&h, "\thttp-request deny if { req.hdr(user-agent) -m sub robot%d }\n", i)
			fmt.Fprintf(&n, "if ($http_user_agent ~ robot%d) { return 403; }\n", i)
		case 3:
			fmt.Fprintf(&h, "\thttp-request set-header X-Net %d if { src 10.%d.0.0/16 }\n", i, i)
			fmt.Fprintf(&n, "if ($remote_addr ~ ^10\\.%d\\.) { set $net %d; }\n", i, i)
		case 4:
			fmt.Fprintf(&h, "\thttp-request deny if { method POST } { path_end .x%d }\n", i)
			fmt.Fprintf(&n, "set $what $request_method$uri; if ($what ~ ^POST.*\\.x%d$) { return 403; }\n", i)
		}
	}
	return fronts(h.String(), "", n.String())
}

// writeMaps writes the maps of the map's row.
func writeMaps(dir string) error {
	var h, n strings.Builder
	for i := range mapEntries {
		fmt.Fprintf(&h, "host%d.bench.example value%d\n", i, i)
		fmt.Fprintf(&n, "host%d.bench.example value%d;\n", i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "hosts.map"), []byte(h.String()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "hosts.nginx"), []byte(n.String()), 0o644)
}
