package conn

import (
	"path/filepath"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// Namespace is a network namespace that has a name, as ip-netns(8) gives them
// ("namespace"). nil stands for the process's own.
type Namespace struct {
	name string
	fd   int
}

// namespaces are those that were opened. They stay open: a configuration has few.
var namespaces struct {
	sync.Mutex
	all  map[string]*Namespace
	home int // the process's own
}

// netnsDir is where ip-netns(8) keeps the names.
const netnsDir = "/var/run/netns"

// OpenNamespace opens the namespace with a name. It is for the time when the
// configuration is compiled.
func OpenNamespace(name string) (*Namespace, error) {
	all := &namespaces
	all.Lock()
	defer all.Unlock()
	if n := all.all[name]; n != nil {
		return n, nil
	}
	if all.all == nil {
		home, err := unix.Open("/proc/self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return nil, asSysErr(err)
		}
		all.home, all.all = home, map[string]*Namespace{}
	}
	fd, err := unix.Open(filepath.Join(netnsDir, name), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, asSysErr(err)
	}
	n := &Namespace{name, fd}
	all.all[name] = n
	return n, nil
}

// FindNamespace gives the namespace with a name if it was opened before, else nil.
func FindNamespace(name []byte) *Namespace {
	namespaces.Lock()
	defer namespaces.Unlock()
	return namespaces.all[string(name)]
}

// socket makes a stream socket in n.
func (n *Namespace) socket(family int) (fd int, err error) {
	if e := n.Within(func() { fd, err = streamSocket(family) }); e != nil {
		return -1, e
	}
	return fd, err
}

// Within runs f on a thread that is in n for that long only, and only for f. That
// takes CAP_SYS_ADMIN: without, f does not run, and the error says so.
func (n *Namespace) Within(f func()) error {
	if n == nil {
		f()
		return nil
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Setns(n.fd, unix.CLONE_NEWNET); err != nil {
		return err
	}
	f()
	if back := unix.Setns(namespaces.home, unix.CLONE_NEWNET); back != nil {
		// Whatever else the thread did would be done in the wrong namespace.
		panic("conn: cannot return from network namespace " + n.name + ": " + back.Error())
	}
	return nil
}
