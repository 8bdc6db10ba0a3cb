"""dxctl at a terminal: help at any word, completion of what there is, history, paging, colours, the width,
`watch`, Ctrl-C; the same where stdout is no terminal; and completion in bash and zsh."""
import shutil
import signal
import socket
import subprocess
import time

from circuits import OUR_NETWORK, AwsSide, Site, aws_address, expect, expect_equal, wait_until
from terminal import CTRL_C, CTRL_D, TAB, UP, Terminal

NAME, ADDRESS, OTHER = "dx-primary", aws_address(1), "2001:db8::1"  # the other one is nowhere
LEARNT = "172.31.0.0/16"
PROMPT, BASH, ZSH = "dxctl> ", "$ ", "zsh> "
RED, GREEN = "\x1b[31m", "\x1b[32m"
TO_THE_TOP, EMPTY = "\x1b[H", "\x1b[2J"


def run(lab):
    site = Site(lab, circuits=1)
    side = AwsSide(site.circuit.aws, site.circuit.vif(NAME, announce=[LEARNT])).start()
    described = side.neighbor(NAME, description="the circuit " + "in the cage " * 15 + "at the end")
    router = site.dxrouted(site.config(described, {"address": OTHER, "remote-as": 64513})).start()
    router.wait_established(ADDRESS)
    site.wait_route(LEARNT)
    home = router.directory / "home"
    home.mkdir()

    def dxctl(*words, **options):
        return Terminal(router.client, "--socket", router.socket, *words, HOME=str(home), **options)
    for test in (helps, completes, remembers, is_interrupted, is_interrupted_at_any_moment, pages, fits, is_coloured, watches):
        test(dxctl, router)
    completes_in_bash(router)
    completes_in_zsh(router)
    is_not_held_up(router)


def helps(dxctl, _):
    with dxctl() as shell:
        shell.wait(PROMPT)
        shell.keys("?").wait("what the router knows and does")
        shell.wait("leave dxctl")
        shell.keys("show ip bgp ?").wait("<cr>")
        expect("neighbors, one a line" in shell.since(), "summary has its help")
        shell.keys("neighbors ?").wait("a neighbor's address or name")
        shell.keys("nobody ?").wait("received-routes")
        shell.keys("\n").wait("% ")
        shell.line("exit", PROMPT)
        expect_equal(shell.ends(), 0, "the exit code of the shell")


def completes(dxctl, router):
    (router.directory / "vpn.json").write_text("{}")
    with dxctl(columns=200) as shell:
        shell.line(f"sho{TAB}ver{TAB}", PROMPT).wait("dxrouted ")
        shell.line(f"show ip bgp neighbors {TAB}{TAB}dx{TAB}", PROMPT).wait(f"Name: {NAME}")
        expect(ADDRESS in shell.since() and OTHER in shell.since(), "addresses are offered too")
        shell.line(f"show ip bgp 10{TAB}", PROMPT).wait(f"BGP routing table entry for {OUR_NETWORK}")
        shell.line(f"show ip route bgp 1{TAB}", PROMPT).wait(f"Routing entry for {LEARNT}")
        shell.line(f"show interface d{TAB}", PROMPT).wait("Interface dx1 is ")
        shell.line(f"verify aws {router.directory}/vp{TAB}", PROMPT).wait("it has no routes")
        shell.line(f"nonsense {TAB}", PROMPT).wait("% unknown word")


def remembers(dxctl, _):
    with dxctl() as shell:
        shell.line("show version", PROMPT).wait("Router ID")
        shell.line(UP, PROMPT).wait("Router ID")
        # libedit shows the prompt a moment before it takes the terminal, and until then it is no end of input.
        wait_until("Ctrl-D ends the shell", lambda: shell.keys(CTRL_D).process.poll() is not None)
        expect_equal(shell.ends(), 0, "the exit code at the end of input")
    with dxctl() as shell:
        shell.line(UP, PROMPT).wait("Router ID")
    with dxctl(ahead=CTRL_D) as shell:
        shell.wait(PROMPT)
        wait_until("a later Ctrl-D ends the shell", lambda: shell.keys(CTRL_D).process.poll() is not None)


def is_interrupted(dxctl, _):
    with dxctl() as shell:
        shell.wait(PROMPT)
        shell.keys("show nonsense").wait("nonsense")
        shell.keys(CTRL_C).wait(PROMPT)
        shell.line("show version", PROMPT).wait("Router ID")
        expect("%" not in shell.since(), f"nothing is left of the line that was dropped: {shell.since()!r}")
        for moment in range(12):  # while it sleeps, and while it waits for a reply
            shell.line(f"drain {NAME} wait 60s", PROMPT).wait("led away")
            time.sleep(moment / 2000)
            shell.keys(CTRL_C).wait("% interrupted: the drain goes on")
            shell.line(f"undrain {NAME}", PROMPT).wait(PROMPT)


def is_interrupted_at_any_moment(dxctl, _):
    """Also while the shell is busy with the key before: none is lost."""
    with dxctl() as shell:
        shell.wait(PROMPT)
        for moment in range(60):
            shell.keys("x")
            time.sleep(moment % 20 / 50_000)
            shell.keys(CTRL_C).wait(PROMPT, timeout=3)
        shell.line("show version", PROMPT).wait("Router ID")


def pages(dxctl, router):
    paging = "sed s/^/paged:/"
    with dxctl(PAGER=paging, rows=5) as shell:
        shell.line("show running-config", PROMPT).wait("paged:router:")
        shell.line("exit", PROMPT)
    with dxctl("show", "version", PAGER=paging) as once:
        expect_equal((once.ends(), "paged" in once.since()), (0, False), "what fits needs no pager")
    with dxctl("show", "version", PAGER=paging, columns=20, rows=4) as once:
        expect_equal((once.ends(), "paged" in once.since()), (0, True), "its lines are too wide")
    with dxctl("show", "version", PAGER="env | grep ^LESS=; cat", LESS="-i", rows=2) as once:
        expect_equal((once.ends(), "LESS=-R -i" in once.since()), (0, True), "colours pass")
    with dxctl("show", "version", DXCTL_PAGER="cat", PAGER=paging, rows=2) as once:
        expect_equal((once.ends(), "paged" in once.since()), (0, False), "$DXCTL_PAGER comes first")
    with dxctl("show", "version", PAGER="/nonexistent/pager", rows=2) as once:
        expect_equal((once.ends(), "Router ID" in once.since()), (0, True), "without such a pager")
    piped = subprocess.run([router.client, "--socket", router.socket, "show", "version"], text=True,
                           capture_output=True, env={"PAGER": paging}, check=True)
    expect("paged" not in piped.stdout, "no pager behind a pipe")


def fits(dxctl, router):
    command = ("show", "bgp", "summary", "wide")
    with dxctl(*command, columns=150, NO_COLOR="1") as once:
        expect_equal(once.ends(), 0, "the exit code")
        lines = once.since().splitlines()
        expect_equal(max(map(len, lines)), 150, "the widest line fills the terminal")
        expect(any(line.endswith("…") for line in lines), "the description is cut")
    expect("at the end" in router.ctl(*command), "behind a pipe nothing is cut")


def is_coloured(dxctl, router):
    with dxctl("show", "bgp", "summary") as once:
        once.ends()
        lines = once.since().splitlines()
        for address, colour in ((ADDRESS, GREEN), (OTHER, RED)):
            expect(any(line.startswith(address) and colour in line for line in lines), f"{address}: {lines}")
    for plain in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        with dxctl("show", "bgp", "summary", **plain) as once:
            once.ends()
            expect("\x1b" not in once.since(), f"no colours with {plain}")
    expect("\x1b" not in router.ctl("show", "bgp", "summary"), "no colours behind a pipe")


def watches(dxctl, router):
    with dxctl() as shell:
        shell.line("watch 0.1 show version", PROMPT).wait(TO_THE_TOP, times=4)
        expect("(every 0.1 s" in shell.since(), "the title says how often")
        expect_equal(shell.since().count(EMPTY), 1, "how often the screen is emptied")
        shell.keys(CTRL_C).wait("\x1b[?1049l", timeout=3)  # what stood there is there again
        shell.line("watch 1 show bgp summary wide", PROMPT).wait("show bgp summary wide   (every 1 s")
        shell.keys(CTRL_C)
        shell.line(f"watch sho{TAB}ip bgp nei{TAB}dx{TAB}", PROMPT).wait(f"Name: {NAME}")
        shell.keys(CTRL_C)
        shell.line("watch reload", PROMPT).wait("% only show commands are watched")
        shell.line("exit", PROMPT)
        expect_equal(shell.ends(), 0, "the exit code after Ctrl-C")

    piped = subprocess.Popen([router.client, "--socket", router.socket, "watch", "0.1", "show", "version",
                              "json"], text=True, stdout=subprocess.PIPE)
    lines = [piped.stdout.readline() for _ in range(3)]
    expect(all(line.startswith("{") for line in lines), f"one after the other: {lines}")
    router.process.stop()
    without = wait_until("it goes on without the daemon",
                         lambda: (line := piped.stdout.readline()).startswith("%") and line)
    expect("dxrouted" in without, f"and says what is the matter: {without}")
    router.start()
    wait_until("it shows the daemon that came back", lambda: piped.stdout.readline().startswith("{"))
    piped.send_signal(signal.SIGINT)
    expect_equal(piped.wait(10), 0, "Ctrl-C is its end, and no failure")


def completes_in_bash(router):
    script = router.directory / "completion.bash"
    script.write_text(router.ctl("completion", "bash"))
    (router.directory / "of today.json").write_text("{}")
    path = f"{router.client.parent}:/usr/bin:/bin"
    with Terminal("bash", "--norc", "--noprofile", "-i", columns=200, PATH=path, PS1=BASH, INPUTRC="/dev/null",
                  HOME=str(router.directory), DXROUTED_SOCKET=str(router.socket)) as shell:
        shell.line(f". {script}", BASH)
        shell.line(f"dxctl show ip bgp nei{TAB}dx{TAB}", BASH).wait(f"Name: {NAME}")
        shell.line(f"dxctl sh bgp ipv6 uni nei 2001:{TAB}", BASH).wait(f"BGP neighbor is {OTHER}")
        shell.line(f"dxctl --js{TAB}show ver{TAB}", BASH).wait('"routerId"')
        shell.line(f"dxctl --socket {router.directory}/dxrouted.so{TAB}show ver{TAB}", BASH).wait("Router ID")
        shell.line(f"dxctl import aws {router.directory}/of{TAB}", BASH).wait("of today.json has neither")
        shell.line("exit", BASH)
        shell.ends()


def completes_in_zsh(router):
    """Found by its name on $fpath, as the package installs it."""
    if not shutil.which("zsh"):
        return print("no zsh here: its completion is not tried")
    functions = router.directory / "zsh"
    functions.mkdir()
    (functions / "_dxctl").write_text(router.ctl("completion", "zsh"))
    path = f"{router.client.parent}:/usr/bin:/bin"
    (functions / ".zshrc").write_text("unsetopt prompt_sp; zmodload zsh/zle; unset zle_bracketed_paste; fpath=($ZDOTDIR $fpath); "
                                      "autoload -U compinit; compinit -D -u\n")
    with Terminal("zsh", "--no-globalrcs", "-i", columns=200, PATH=path, PS1=ZSH, TERM="dumb", ZDOTDIR=str(functions),
                  HOME=str(router.directory), DXROUTED_SOCKET=str(router.socket)) as shell:
        shell.line(f"dxctl show ip bgp nei{TAB}dx{TAB}", ZSH).wait(f"Name: {NAME}")
        shell.line(f"dxctl sh bgp ipv6 uni nei 2001:{TAB}", ZSH).wait(f"BGP neighbor is {OTHER}")
        shell.line(f"dxctl --js{TAB}show ver{TAB}", ZSH).wait('"routerId"')
        shell.line(f"dxctl import aws {router.directory}/of{TAB}", ZSH).wait("of today.json has neither")
        shell.keys(f"dxctl show ip bgp summ{TAB}{TAB}").wait("wide")
        shell.keys(CTRL_C)
        shell.line("exit", ZSH)
        shell.ends()


def is_not_held_up(router):
    """A daemon that takes connections and says nothing: Tab and ? go on, also in bash."""
    path = router.directory / "hanging.sock"
    hanging = socket.socket(socket.AF_UNIX)
    hanging.bind(str(path))
    hanging.listen(64)
    for words in (("why", "down", ""), ("show", "ip", "bgp", "1"), ("policy", "test", "dx1", "in", "policy", "")):
        began = time.monotonic()
        done = subprocess.run([router.client, "complete", "--", "--socket", path, *words], timeout=10)
        took = time.monotonic() - began
        expect_equal(done.returncode, 0, "the exit code of a completion")
        expect(0.25 < took < 3, f"completion of {words} took {took:.2f} s")
    with Terminal(router.client, "--socket", path, columns=200, HOME=str(router.directory)) as shell:
        shell.wait(PROMPT)
        shell.keys("show ip bgp neighbors ?").wait("a neighbor's address or name")
        shell.keys(TAB).wait("json  wide")
        shell.keys(CTRL_C).wait(PROMPT)
        shell.line("exit", PROMPT).ends()
    began = time.monotonic()
    script = (f"COMP_LINE='dxctl --socket {path} why down ' COMP_POINT=${{#COMP_LINE}}; . {router.directory}/completion.bash; "
              "COMP_POINT=${#COMP_LINE}; _dxctl; echo \"(${COMPREPLY[*]})\"")
    said = subprocess.run(["bash", "-c", script], text=True, capture_output=True, timeout=10,
                          env={"PATH": f"{router.client.parent}:/usr/bin:/bin"})
    expect_equal(said.stdout, "()\n", f"what bash is offered ({said.stderr})")
    expect(time.monotonic() - began < 3, "bash waits no longer")
    runs_nothing_behind_ctrl_c(router, path, hanging)
    hanging.close()


def runs_nothing_behind_ctrl_c(router, path, hanging):
    """In one piece with the line, and while Tab waits for the daemon: the line is dropped, and Enter runs nothing."""
    with Terminal(router.client, "--socket", path, columns=200, HOME=str(router.directory)) as shell:
        shell.wait(PROMPT)
        for pieces in ((f"drain dx1{CTRL_C}\r",), (f"drain dx1{TAB}", f"{CTRL_C}\r")):
            for piece in pieces:
                time.sleep(0.1)
                shell.keys(piece)
            shell.wait("^C")
            shell.line("", PROMPT).wait(PROMPT)
        shell.line("exit", PROMPT).ends()
    hanging.setblocking(False)
    asked = b""
    try:
        while True:
            asked += hanging.accept()[0].recv(4096)
    except BlockingIOError:
        pass
    expect(b"GET" in asked, "completion asked")
    expect(b"POST" not in asked, f"what it was asked: {asked}")
