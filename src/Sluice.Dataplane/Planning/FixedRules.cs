namespace Sluice.Dataplane.Planning;

/// <summary>Rules that kube-proxy has alike in its iptables mode and its IPVS mode.</summary>
internal static class FixedRules
{
    /// <summary>A mark with all of its digits, as kube-proxy writes it.</summary>
    public static string TextOf(uint mark) => $"0x{mark:x8}";

    /// <summary>Marks for masquerade.</summary>
    public static string Marking(string mark) => $"-j MARK --or-mark {mark}";

    /// <summary>Lets forwarded packets of Services through.</summary>
    public static string[] Forwarding(string mark) =>
    [
        $"-m comment --comment \"kubernetes forwarding rules\" -m mark --mark {mark}/{mark} -j ACCEPT",
        "-m comment --comment \"kubernetes forwarding conntrack rule\" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    ];

    /// <summary>Masquerades what is marked. The mark is cleared first, so that a second passage (in a tunnel) is not masqueraded again.</summary>
    public static string[] Postrouting(string mark, bool randomFully) =>
    [
        $"-m mark ! --mark {mark}/{mark} -j RETURN",
        $"-j MARK --xor-mark {mark}",
        "-m comment --comment \"kubernetes service traffic requiring SNAT\" -j MASQUERADE" + (randomFully ? " --random-fully" : ""),
    ];
}
