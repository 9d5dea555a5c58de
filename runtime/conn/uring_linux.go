package conn

import (
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// uring has the kernel do many operations in one system call (io_uring(7)). To enter
// the kernel costs about as much as what a small request has it do there, and several
// times that on virtual machines. Only operations that never wait are for it: each is
// over, one way or the other, when submit comes back, and nothing of it is left in the
// kernel. It belongs to the thread that made it.
type uring struct {
	fd, number int // number is the kernel's for the thread, where it has one
	flags      uintptr

	ops            []uringOp // where the kernel takes operations from,
	sqHead, sqTail *atomic.Uint32
	sqMask         uint32
	tail           uint32
	done           []uringDone // and where it puts what became of them
	cqHead, cqTail *atomic.Uint32
	cqMask         uint32
	rings, table   []byte // the memory of both

	n int // operations that are to be submitted,
	// res is what became of them: a count, an error below zero, or untried.
	res [uringSize]int32
	// probe is for works.
	probe [8]byte
}

// uringSize is how many operations a submit takes.
const uringSize = 64

// refused tells whether a result is the ring's, not the socket's: the operation is to be
// done by a call of its own.
func refused(res int32) bool {
	switch unix.Errno(-res) {
	case unix.EINTR, unix.EINVAL, unix.ENOSYS, unix.EOPNOTSUPP, unix.ENOMEM, unix.ECANCELED:
		return true
	}
	return res == untried
}

// untried as a result says that the kernel has not taken the operation.
const untried = -1 << 31

// uringOp is an operation as the kernel reads it (struct io_uring_sqe).
type uringOp struct {
	code, flags uint8
	priority    uint16
	fd          int32
	offset      uint64
	addr        uintptr
	len         uint32
	opFlags     uint32
	tag         uint64
	_           [3]uint64
}

// uringDone is what the kernel writes of an operation (struct io_uring_cqe).
type uringDone struct {
	tag uint64
	res int32
	_   uint32
}

// The operations that are used.
const (
	uringSend  = 26 // Linux 5.6, as the next
	uringRecv  = 27
	uringClose = 19
	uringEpoll = 29
)

// uringParams is the argument of io_uring_setup(2) (struct io_uring_params).
type uringParams struct {
	sqEntries, cqEntries, flags uint32
	_                           [2]uint32
	features                    uint32
	_                           [4]uint32
	sq                          struct {
		head, tail, mask uint32
		_                [3]uint32
		array            uint32
		_                uint32
		_                uint64
	}
	cq struct {
		head, tail, mask uint32
		_                [2]uint32
		done             uint32
		_                [2]uint32
		_                uint64
	}
}

const (
	uringOneThread = 1 << 12    // IORING_SETUP_SINGLE_ISSUER, Linux 6.0
	uringOneMap    = 1 << 0     // IORING_FEAT_SINGLE_MMAP, Linux 5.4
	uringTable     = 0x10000000 // IORING_OFF_SQES
	uringWait      = 1 << 0     // IORING_ENTER_GETEVENTS
	uringNumbered  = 1 << 4     // IORING_ENTER_REGISTERED_RING, Linux 5.18
	uringNumber    = 20         // IORING_REGISTER_RING_FDS
)

// newURing gives nil where the system has no such thing, or none for us.
func newURing() *uring {
	p := uringParams{flags: uringOneThread}
	fd, _, e := unix.RawSyscall(unix.SYS_IO_URING_SETUP, uringSize, uintptr(unsafe.Pointer(&p)), 0)
	if e == unix.EINVAL {
		p = uringParams{}
		fd, _, e = unix.RawSyscall(unix.SYS_IO_URING_SETUP, uringSize, uintptr(unsafe.Pointer(&p)), 0)
	}
	if e != 0 {
		return nil
	}
	r := &uring{fd: int(fd), number: int(fd)}
	if !r.mapRings(&p) || !r.works() {
		r.close()
		return nil
	}
	return r
}

func (r *uring) mapRings(p *uringParams) bool {
	if p.features&uringOneMap == 0 {
		return false
	}
	const shared, access = unix.MAP_SHARED | unix.MAP_POPULATE, unix.PROT_READ | unix.PROT_WRITE
	size := max(p.sq.array+p.sqEntries*4, p.cq.done+p.cqEntries*uint32(unsafe.Sizeof(uringDone{})))
	var err error
	if r.rings, err = unix.Mmap(r.fd, 0, int(size), access, shared); err != nil {
		return false
	}
	if r.table, err = unix.Mmap(r.fd, uringTable, int(p.sqEntries)*int(unsafe.Sizeof(uringOp{})), access, shared); err != nil {
		return false
	}
	at := func(offset uint32) *atomic.Uint32 { return (*atomic.Uint32)(unsafe.Pointer(&r.rings[offset])) }
	r.ops = unsafe.Slice((*uringOp)(unsafe.Pointer(&r.table[0])), p.sqEntries)
	r.done = unsafe.Slice((*uringDone)(unsafe.Pointer(&r.rings[p.cq.done])), p.cqEntries)
	r.sqHead, r.sqTail, r.cqHead, r.cqTail = at(p.sq.head), at(p.sq.tail), at(p.cq.head), at(p.cq.tail)
	r.sqMask, r.cqMask = at(p.sq.mask).Load(), at(p.cq.mask).Load()
	r.tail = r.sqTail.Load()
	for i := range p.sqEntries { // each place of the ring is for the same place of the table, for ever
		at(p.sq.array + i*4).Store(i)
	}
	return true
}

// works has the kernel know the ring by a number of the thread, which it finds faster
// than a descriptor, and tries what loops need: that operations exist, are done in order,
// and that one which would have to wait is over at once.
func (r *uring) works() bool {
	ask := struct {
		number, _ uint32
		fd        uint64
	}{number: 1<<32 - 1, fd: uint64(r.fd)}
	n, _, e := unix.RawSyscall6(unix.SYS_IO_URING_REGISTER, uintptr(r.fd), uringNumber, uintptr(unsafe.Pointer(&ask)), 1, 0, 0)
	if e == 0 && n == 1 {
		r.number, r.flags = int(ask.number), uringNumbered
	}
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fds[0])
	r.add(uringRecv, fds[0], r.probe[:], unix.MSG_DONTWAIT)
	r.add(uringSend, fds[1], r.probe[:1], unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL)
	r.add(uringRecv, fds[0], r.probe[:], unix.MSG_DONTWAIT)
	r.add(uringClose, fds[1], nil, 0)
	all := r.n
	ok := r.start() == all && r.collect() == all
	if r.n = 0; !ok {
		unix.Close(fds[1])
		return false // what it has not done yet is over when the ring is closed
	}
	return r.res[0] == -int32(unix.EAGAIN) && r.res[1] == 1 && r.res[2] == 1 && r.res[3] == 0
}

func (r *uring) close() {
	if r.rings != nil {
		unix.Munmap(r.rings)
	}
	if r.table != nil {
		unix.Munmap(r.table)
	}
	unix.Close(r.fd)
}

// add prepares an operation on p, which must not lie on a stack and must stay where it
// is until submit. There is room for uringSize. flags are those of send(2) and recv(2); MSG_DONTWAIT comes on top.
func (r *uring) add(code uint8, fd int, p []byte, flags int) {
	r.room()
	r.ops[r.tail&r.sqMask] = uringOp{
		code: code, fd: int32(fd), addr: uintptr(unsafe.Pointer(unsafe.SliceData(p))), len: uint32(len(p)),
		opFlags: uint32(flags), tag: uint64(r.n),
	}
	r.tail++
	r.n++
}

// room panics where there is none for another operation.
func (r *uring) room() {
	if r.n == uringSize {
		panic("conn: too many operations for a submit")
	}
}

// addEpoll prepares an epoll_ctl(2).
func (r *uring) addEpoll(epoll, op, fd int, e *unix.EpollEvent) {
	r.room()
	r.ops[r.tail&r.sqMask] = uringOp{
		code: uringEpoll, fd: int32(epoll), len: uint32(op), offset: uint64(fd), addr: uintptr(unsafe.Pointer(e)), tag: uint64(r.n),
	}
	r.tail++
	r.n++
}

// submit has the kernel do what was added. What became of it is in r.res, in the order
// in which it was added.
func (r *uring) submit() {
	taken := r.start()
	r.n = 0
	// It never comes to waiting: no operation waits.
	for got := r.collect(); got < taken && r.enter(0, taken-got) >= 0; {
		got += r.collect()
	}
}

// start is submit up to where the kernel has taken so many of the operations.
func (r *uring) start() (taken int) {
	n := r.n
	for i := range r.res[:n] {
		r.res[i] = untried
	}
	r.sqTail.Store(r.tail)
	taken = max(0, r.enter(n, 0))
	if taken < n {
		// It has no memory left, or so. What it has not taken it must not see again.
		r.tail -= uint32(n - taken)
		r.sqTail.Store(r.tail)
	}
	return taken
}

// enter gives how many of n operations the kernel has taken, below zero where something
// is wrong with the ring.
func (r *uring) enter(n, wait int) (taken int) {
	flags := r.flags
	if wait > 0 {
		flags |= uringWait
	}
	for {
		k, _, e := unix.RawSyscall6(unix.SYS_IO_URING_ENTER, uintptr(r.number), uintptr(n), uintptr(wait), flags, 0, 0)
		switch e {
		case 0:
			return int(k)
		case unix.EINTR:
		default:
			return -1
		}
	}
}

// collect takes what the kernel has done.
func (r *uring) collect() (n int) {
	head, tail := r.cqHead.Load(), r.cqTail.Load()
	for ; head != tail; head++ {
		d := &r.done[head&r.cqMask]
		r.res[d.tag] = d.res
		n++
	}
	if n > 0 {
		r.cqHead.Store(head)
	}
	return n
}
