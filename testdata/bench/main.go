// Command bench measures gohap beside haproxy: the same configuration, the same
// backend, the same load, in interleaved rounds (haproxy, gohap, haproxy, …), so
// that a noisy machine disturbs both alike. It installs nothing: haproxy, nginx
// and wrk must be there. It prints a table of medians and ratios.
//
//	go run ./testdata/bench            five rounds of four seconds
//	go run ./testdata/bench --quick    three rounds of one second
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

func main() {
	quick := flag.Bool("quick", false, "three short rounds")
	only := flag.String("run", "", "run only the workloads whose name contains this")
	gohap := flag.String("gohap", "", "measure this program instead of building one")
	flag.Parse()
	log.SetFlags(0)

	dir, err := os.MkdirTemp("", "gohap-bench")
	if err != nil {
		log.Fatal(err)
	}
	code := run(dir, *gohap, *only, *quick)
	os.RemoveAll(dir)
	os.Exit(code)
}

func run(dir, gohap, only string, quick bool) int {
	for _, name := range []string{"haproxy", "nginx", "wrk"} {
		if _, err := exec.LookPath(name); err != nil {
			log.Print(err)
			return 1
		}
	}
	if gohap == "" {
		gohap = filepath.Join(dir, "gohap")
		build := exec.Command("go", "build", "-o", gohap, "gohap/cmd/gohap")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			log.Print(err)
			return 1
		}
	}
	b := &bench{dir: dir, seconds: 4, rounds: 5}
	if quick {
		b.seconds, b.rounds = 1, 3
	}
	defer b.stop()
	if err := b.start(gohap); err != nil {
		log.Print(err)
		return 1
	}
	fmt.Printf("%d cores, %d rounds of %d s each, medians\n\n", runtime.NumCPU(), b.rounds, b.seconds)
	fmt.Println("| workload | haproxy | gohap | CPU ratio | rate ratio | p99 haproxy | p99 gohap |")
	fmt.Println("|---|---|---|---|---|---|---|")
	if err := b.all(only); err != nil {
		log.Print(err)
		return 1
	}
	if err := b.figures(only); err != nil {
		log.Print(err)
		return 1
	}
	return 0
}
