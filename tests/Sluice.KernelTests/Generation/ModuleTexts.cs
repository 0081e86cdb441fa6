using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.KernelTests.Generation;

/// <summary>One or more rules' worth of every module, as iptables-save prints it.</summary>
internal static class ModuleTexts
{
    private static readonly string[] s_any =
    [
        "-m connbytes --connbytes 10:20 --connbytes-mode packets --connbytes-dir both",
        "-m connbytes ! --connbytes 100 --connbytes-mode bytes --connbytes-dir original",
        "-m connmark ! --mark 0x10/0xf0",
        "-m conntrack --ctstatus EXPECTED,ASSURED",
        "-m conntrack --ctexpire 1:100",
        "-m conntrack ! --ctstate INVALID --ctstatus NONE --ctdir REPLY",
        "-m cpu ! --cpu 1",
        "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 7 --hashlimit-mode srcip,dstport --hashlimit-name hl1",
        "-m hashlimit --hashlimit-above 5/min --hashlimit-burst 7 --hashlimit-mode dstip --hashlimit-name hl2 --hashlimit-htable-size 500",
        "-m hashlimit --hashlimit-above 512kb/s --hashlimit-burst 1mb --hashlimit-mode dstip --hashlimit-name hl3",
        "-m helper --helper \"ftp-21\"",
        "-m length ! --length 100:1500",
        "-m length --length 64",
        "-m pkttype ! --pkt-type broadcast",
        "-m quota --quota 5000",
        "-m state --state RELATED,ESTABLISHED",
        "-m string --string \"a b\" --algo bm",
        "-m string --hex-string \"|0102|\" --algo kmp --from 10 --to 100 --icase",
        "-m u32 --u32 \"0x0>>0x1c&0xf=0x4\"",
        "-m time --timestart 08:00:00 --timestop 18:30:00 --weekdays Mon,Tue --datestop 2038-01-19T03:14:07 --kerneltz",
    ];

    private static readonly string[] s_v4 =
    [
        "-m connlimit --connlimit-above 5 --connlimit-mask 24 --connlimit-saddr",
        "-m connlimit --connlimit-upto 5 --connlimit-mask 32 --connlimit-daddr",
        "-m addrtype ! --src-type LOCAL,BROADCAST",
        "-m set ! --match-set g4-ip src",
        "-m set --match-set g4-port dst,dst",
    ];

    private static readonly string[] s_v6 =
    [
        "-m connlimit --connlimit-above 5 --connlimit-mask 64 --connlimit-saddr",
        "-m set ! --match-set g6-ip src",
        "-m set --match-set g6-port dst,dst",
        "-m ipv6header --header ipv6-frag --soft",
        "-m frag --fragid 10 --fragfirst",
        "-m rt --rt-type 0 --rt-segsleft 1",
        "-m hbh --hbh-len 8",
        "-m dst --dst-len 8",
    ];

    public static IEnumerable<string> For(ChainPlan chain, L4Protocol? protocol, IPFamily family)
    {
        List<string> texts = [.. s_any, .. family == IPFamily.IPv4 ? s_v4 : s_v6];
        if (chain.OnlyFrom(Hook.Output, Hook.Postrouting))
        {
            texts.AddRange(["-m owner ! --uid-owner 1000", "-m owner --uid-owner 5-10 --gid-owner 7", "-m owner --socket-exists"]);
            texts.AddRange(["-m policy --dir out --pol ipsec --strict --reqid 1 --mode tunnel --proto esp", "-m policy --dir out --pol none"]);
        }

        if (chain.OnlyFrom(Hook.Input, Hook.Output, Hook.Postrouting))
        {
            texts.Add("-m cgroup ! --cgroup 10");
        }

        if (family == IPFamily.IPv4 && chain.OnlyFrom(Hook.Input, Hook.Forward, Hook.Output, Hook.Postrouting))
        {
            texts.Add("-m realm ! --realm 0x5/0xf");
        }

        if (chain.OnlyFrom(Hook.Prerouting, Hook.Input, Hook.Forward))
        {
            texts.Add("-m devgroup --src-group 0x1");
            texts.AddRange(["-m mac --mac-source 02:00:00:aa:bb:cc", "-m policy --dir in --pol ipsec", "-m physdev ! --physdev-in veth0"]);
            texts.Add("-m physdev --physdev-is-bridged");
            texts.Add("-m addrtype --dst-type LOCAL --limit-iface-in");
        }

        if (chain.OnlyFrom(Hook.Prerouting) && chain.Table is "raw" or "mangle")
        {
            texts.AddRange(["-m rpfilter --loose --validmark", "-m rpfilter --invert"]);
        }

        if (chain.OnlyFrom(Hook.Prerouting, Hook.Input) && chain.Table == "mangle")
        {
            texts.Add("-m socket --transparent --nowildcard");
        }

        if (protocol == L4Protocol.Tcp)
        {
            texts.AddRange(["-m tcpmss --mss 100:500", "-m ecn ! --ecn-tcp-ece", "-m tcp --tcp-option 7", "-m multiport ! --ports 1,2,3"]);
        }

        return protocol == L4Protocol.Sctp ? [.. texts, "-m sctp ! --sport 5:6 --chunk-types any DATA,INIT"] : texts;
    }
}
