"""What shows and changes nothing, every way to write it: exit 0, what is characteristic of it, and JSON that can be
read. Each row has what the text must show; NEIGHBOR and its like stand for the value in the command.
"""
import functools

import command_forms
from imported_site import FIXTURES, NETWORKS, VPC
from lab import expect, expect_equal
from tries import TRIES, tries

VALUES = {
    4: {"NEIGHBOR": "prod-fra-a", "ADDRESS": "169.254.100.1", "PREFIX": VPC[4], "NETWORK": NETWORKS[4],
        "HOST": "172.31.7.7", "GATEWAY": "169.254.100.1, via eth0.100"},
    6: {"NEIGHBOR": "prod-fra-a-v6", "ADDRESS": "2001:db8:100::1", "PREFIX": VPC[6], "NETWORK": NETWORKS[6],
        "HOST": "2001:db8:9::7", "GATEWAY": "via eth0.100"}}
FIXED = {"COUNT": "5", "INTERFACE": "eth0.100", "POLICY": "from-aws", "NUMBER": "1"}
WITHIN = ["Status codes:", "LocPrf", "*>  PREFIX"]
TABLE = [*WITHIN, "*>  NETWORK"]
PATHS = ["Paths: (2 available, best #1", "PREFIX", "ADDRESS from ADDRESS", "Not best: "]
SUMMARY = ["BGP router identifier", "local AS number 4200000100", "State/PfxRcd", "ADDRESS"]
NEIGHBOR = ["BGP neighbor is ADDRESS, remote AS 64512", "BGP state = Established", "TCP MD5 password is set",
            "Status: Up"]
HISTORY = ["established"]
ROUTES = {"received-routes": ("PREFIX", None), "routes": ("PREFIX", "NETWORK"),
          "advertised-routes": ("NETWORK", "PREFIX"),  # what is among them, and what is not
          "held-back-routes": (None, "NETWORK")}

SHOWN = {
    "show ip bgp": TABLE,
    "show ip bgp PREFIX": PATHS,
    "show ip bgp PREFIX longer-prefixes": WITHIN,
    "show bgp ipv4|ipv6 [unicast]": TABLE,
    "show bgp ipv4|ipv6 [unicast] PREFIX": PATHS,
    "show bgp ipv4|ipv6 [unicast] PREFIX longer-prefixes": WITHIN,
    "show ip bgp summary": SUMMARY,
    "show bgp [vrf all|default] summary": SUMMARY,
    "show bgp [vrf all|default] ipv4|ipv6 [unicast] summary": SUMMARY,
    "show ip bgp neighbors [NEIGHBOR]": NEIGHBOR,
    "show bgp [vrf all|default] neighbors [NEIGHBOR]": NEIGHBOR,
    "show bgp ipv4|ipv6 [unicast] neighbors [NEIGHBOR]": NEIGHBOR,
    "show ip bgp neighbors NEIGHBOR history [COUNT]": HISTORY,
    "show bgp neighbors NEIGHBOR history [COUNT]": HISTORY,
    "show bgp ipv4|ipv6 [unicast] neighbors NEIGHBOR history [COUNT]": HISTORY,
    "show failover-test": ["prod-fra-a taken away for", "passed"],  # after it on the page, and so here
    "show running-config": ["asn: 4200000100", "password-file: keys/prod-fra-a.key", "profile: aws-private"],
    "config history": ["Number", "start"],
    "config show NUMBER": ["asn: 4200000100"],
    "show version": ["dxrouted ", "local AS number 4200000100"],
    "reload": ["nothing changed"],
    "why PREFIX": ["PREFIX goes via prod-fra-a", "Paths:", "Advertised to:", "learnt from it", "in the kernel"],
    "export aws NEIGHBOR": ["4200000100", "authKey is left out"],
}


def family_of(line):
    return 6 if "ipv6" in line else 4


def lines(form, more=None):
    """(words of the form, what the placeholders stand for, the command) of every way to write it."""
    for line in command_forms.lines(form, {}):
        values = {**FIXED, **VALUES[family_of(line)], **(more or {})}
        yield line, values, [values.get(word, word) for word in line]


def each_way(site, form, more=None):
    """(words of the form, what the placeholders stand for, text answer, JSON) of every command."""
    for line, values, words in lines(form, more):
        yield line, values, site.ctl(*words).shows(), site.json(*words)


def filled(fragment, values):
    for name, value in values.items():
        fragment = fragment.replace(name, value)
    return fragment


def is_shown(form, fragments, site):
    for _, values, answer, _ in each_way(site, form):
        answer.shows(*(filled(fragment, values) for fragment in fragments))


for each, what in SHOWN.items():
    TRIES[each] = functools.partial(is_shown, each, what)


def routes_of_a_neighbor(form, site):
    """Those used are not ours; those sent are ours alone."""
    for line, values, answer, said in each_way(site, form):
        there, other = ROUTES[line[-1]]
        if there:
            answer.shows("Total number of prefixes", values[there])
            expect(values[there] in str(said), f"no {values[there]} in the JSON of {answer}")
        else:
            answer.shows("Total number of prefixes 0")
            expect_equal(said["heldBackRoutes"], {}, f"the JSON of {answer}")
        expect(not other or values[other] not in answer.out, f"{values.get(other)} in {answer}")


for each in ("show ip bgp neighbors NEIGHBOR received-routes|routes|advertised-routes|held-back-routes",
             "show bgp neighbors NEIGHBOR received-routes|routes|advertised-routes|held-back-routes",
             "show bgp [vrf default] ipv4|ipv6 [unicast] neighbors NEIGHBOR received-routes|routes|advertised-routes|held-back-routes"):
    TRIES[each] = functools.partial(routes_of_a_neighbor, each)


@tries("show ip|ipv6 route [bgp|static|connected|kernel] [PREFIX]")
def forwarding(site):
    """The routes are BGP's: of another kind there is none for the prefix."""
    for line, values, words in lines("show ip|ipv6 route [bgp|static|connected|kernel] [PREFIX]"):
        has_bgp = not {"static", "connected", "kernel"} & set(line)
        if "PREFIX" in line and not has_bgp:
            site.ctl(*words).shows("network not in table", code=1)
            continue
        site.ctl(*words).shows(*(['Known via "bgp"', "installed"] if "PREFIX" in line else ["Codes:"]))
        expect_equal(values["PREFIX"] in site.json(*words), has_bgp, f"{values['PREFIX']} in the JSON of {words}")


@tries("show ip|ipv6 route [bgp|static|connected|kernel] PREFIX longer-prefixes")
def forwarding_within(site):
    for line, values, words in lines("show ip|ipv6 route [bgp|static|connected|kernel] PREFIX longer-prefixes"):
        site.ctl(*words).shows("Codes:")
        has_bgp = not {"static", "connected", "kernel"} & set(line)
        expect_equal(list(site.json(*words)), [values["PREFIX"]] if has_bgp else [], f"the JSON of {words}")


@tries("show bfd peers [brief|counters]")
def bfd(site):
    for line, _, answer, said in each_way(site, "show bfd peers [brief|counters]"):
        answer.shows({"brief": "up", "counters": "Control packet input"}.get(line[-1], "Status: up"), "169.254.100.1")
        expect_equal(len(said), 4, "BFD sessions")


@tries("show interface [INTERFACE]")
def interfaces(site):
    for line, _, answer, said in each_way(site, "show interface [INTERFACE]"):
        answer.shows("eth0.100", "169.254.100.2/29", "9001")
        wanted = ["eth0.100"] if "INTERFACE" in line else ["eth0.100", "eth1.100", "lo"]
        expect_equal(sorted(said), wanted, f"interfaces in the JSON of {answer}")


@tries("policy test NEIGHBOR in|out [PREFIX|all] [policy POLICY]")
def policy(site):
    form = "policy test NEIGHBOR in|out [PREFIX|all] [policy POLICY]"
    for direction, prefix, name in (("in", VPC[4], "from-aws"), ("out", NETWORKS[4], "to-aws")):
        for line, _, answer, said in each_way(site, form, {"PREFIX": prefix, "POLICY": name}):
            if direction not in line:
                continue
            answer.shows(*(["Accepted: ", "rule 1"] if "PREFIX" in line else ["2 routes, 1 accepted, 1 rejected"]))
            expect_equal((said["neighbor"], said["direction"], said["policy"]), ("prod-fra-a", direction, name),
                         "what was tested")
    site.ctl("policy", "test", "prod-fra-a", "in", VPC[4], "policy", "reject-all").shows("Rejected")


@tries("why down NEIGHBOR")
def why_down(site):
    for _, _, answer, said in each_way(site, "why down NEIGHBOR"):
        answer.shows("prod-fra-a is up")
        expect_equal(said["neighbor"], "prod-fra-a", "who")


@tries("doctor [NEIGHBOR]")
def doctor(site):
    """What it finds amiss is what this machine is: no VLAN, and no address on a LAN."""
    for line, _, answer, said in each_way(site, "doctor [NEIGHBOR]"):
        answer.shows("neighbor prod-fra-a", "open           ok", "bfd            ok", "md5            ok",
                     "arp            ok", "fib            ok", "is not a VLAN interface (veth)")
        expect_equal("neighbor prod-fra-b" in answer.out, "NEIGHBOR" not in line, "whether the others are looked at")
        expect(said, "no JSON of doctor")


@tries("support [FILE]")
def support(site):
    for line, _, words in lines("support [FILE]", {"FILE": "support.tar.gz"}):
        said = site.json(*words)
        site.ask("rm", said["file"]).shows()
        answer = site.ctl(*words).shows("files, without secrets")
        expect(said["files"] > 50 and not any("dxrouted/" in one for one in said["missing"]), f"{said}")
        archive = answer.out.split(":")[0]
        listed = site.ask("tar", "tzf", archive).shows("dxrouted/neighbors.json", "dxrouted/doctor.txt",
                                                       "history-169.254.100.1.txt", "host/").out
        expect(archive == "support.tar.gz" or "FILE" not in line, f"another file: {answer}")
        content = site.ask("tar", "xzOf", archive).shows().out
        expect("prod-fra-a" in content, "what is searched for keys is not what is in the archive")
        for key in site.keys():
            expect(key not in content, "a key is in the archive")
        expect(len(listed.splitlines()) > 50, listed)


@tries("completion bash|zsh")
def completion(site):
    site.ctl("completion", "bash").shows("complete -F _dxctl dxctl")
    site.ctl("completion", "zsh").shows("#compdef dxctl")
    site.ask("bash", "-c", "source /usr/share/bash-completion/completions/dxctl && COMP_LINE='dxctl undrain prod-fra-b' "
             "COMP_POINT=24 && COMP_WORDS=(dxctl undrain prod-fra-b) COMP_CWORD=2 && _dxctl && "
             "printf '%s\\n' \"${COMPREPLY[@]}\"").shows("prod-fra-b-v6")


@tries("watch [SECONDS] COMMAND")
def watch(site):
    for words in (["watch", "show", "version"], ["watch", "1", "show", "version"]):
        said = site.ask("timeout", "--signal=INT", "5", "dxctl", *words)
        expect(said.out.count("Router ID") >= 2, f"it is shown again: {said}")


# Nothing says when it listens: both are cleared until one was heard three times, the other in between.
UNTIL_IT_IS_HEARD = """
dxctl "$@" >heard &
for try in $(seq 50); do
    dxctl clear bgp prod-fra-b soft in >/dev/null
    dxctl clear bgp prod-fra-a soft in >/dev/null
    sleep 0.2
    [ "$(grep cleared heard | grep -c prod-fra-a)" -ge 3 ] && break
done
kill -INT $!
wait
cat heard"""


@tries("monitor [neighbor NEIGHBOR]")
def monitor(site):
    for words in (["monitor"], ["monitor", "neighbor", "prod-fra-a"]):
        for option in ([], ["--json"]):
            said = site.ask("sh", "-c", UNTIL_IT_IS_HEARD, "sh", *option, *words)
            said.shows("cleared", "prod-fra-a")
            expect_equal("prod-fra-b" in said.out, len(words) == 1, f"the other neighbor's events in {said}")


@tries("import frr FILE {to DIRECTORY, force}")
def import_frr(site):
    """Of the peer's own configuration."""
    running = site.edges[0].frr.vtysh("show running-config").replace("Building configuration...", "")
    imports(site, "frr", site.file("frr.conf", running))
    site.ask("cat", "frr/dxrouted.yaml").shows("asn: 64512", "169.254.100.2")


@tries("import cisco FILE {to DIRECTORY, force}")
def import_cisco(site):
    imports(site, "cisco", site.file("cisco.txt", (FIXTURES / "cisco.txt").read_text()))


def imports(site, kind, file):
    site.ctl("import", kind, file, "to", kind).shows(f"Written to {kind}", "dxrouted.yaml")
    site.ask("dxrouted", "--check", "--config", f"{kind}/dxrouted.yaml").shows("valid")
    site.ctl("import", kind, file, "to", kind).shows("exists already", code=1)
    site.ctl("import", kind, file, "force", "to", kind).shows(f"Written to {kind}")


@tries("import aws FILE [and FILE] {to DIRECTORY, interface INTERFACE, networks PREFIXES, force}")
def import_aws(site):
    """Of both kinds at once; the one that the router runs by came from it, too."""
    imports(site, "aws", "vifs.json")
    vpn = site.file("vpn.json", (FIXTURES / "vpn.json").read_text())
    site.ctl("import", "aws", "vifs.json", "and", vpn, "to", "aws", "force").shows("Written to aws")
    site.ask("cat", "aws/dxrouted.yaml").shows("profile: aws-vpn", "profile: aws-private")


@tries("verify aws FILE [neighbor NEIGHBOR]")
def verify_aws(site):
    """FRR also tells us our own networks."""
    ours, theirs = [*NETWORKS.values()], [*NETWORKS.values(), *VPC.values()]
    file = site.routes_at_aws(accepted=ours, advertised=theirs)
    for line, _, answer, said in each_way(site, "verify aws FILE [neighbor NEIGHBOR]", {"FILE": file}):
        answer.shows("the same")
        expect(said, f"no JSON of {line}")
    file = site.routes_at_aws(accepted=ours, advertised=[*theirs, "172.16.0.0/16"])
    site.ctl("verify", "aws", file).shows("advertised by AWS, not received by us:", "172.16.0.0/16", code=1)
