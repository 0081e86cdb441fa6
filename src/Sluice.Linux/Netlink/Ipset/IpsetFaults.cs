using System.Diagnostics;
using Sluice.Linux.Interop;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>What a refusal of ipset means: it has error numbers of its own (enum ipset_errno, and those of bitmaps, hashes and lists).</summary>
internal static class IpsetFaults
{
    private const int TypeSpecific = 4352;

    /// <summary>One sentence about a step that was refused.</summary>
    internal static string Describe(IpvsStep step, NetlinkFault fault) => step switch
    {
        IpvsStep.CreateSet s => Describe(NameOf(s.Set), s.Set.Type, fault),
        IpvsStep.ReplaceSet s => Describe($"{NameOf(s.Set)}, made anew,", s.Set.Type, fault),
        IpvsStep.DestroySet s => Describe($"set {s.Name}", type: null, fault),
        IpvsStep.AddEntry s => Describe(s.Set, s.Entry, fault),
        IpvsStep.RemoveEntry s => Describe(s.Set, s.Entry, fault),
        _ => throw new UnreachableException(),
    };

    /// <summary>One sentence about an entry of a set.</summary>
    internal static string Describe(IpSet set, IpSetEntry entry, NetlinkFault fault) =>
        fault.Errno == Libc.ENOENT ? $"entry {ElementText.Of(entry.Values)} is refused: set {set.Name} does not exist"
        : Describe($"entry {ElementText.Of(entry.Values)} of set {set.Name}", set.Type, fault);

    /// <summary>One sentence.</summary>
    /// <param name="subject">What it is about.</param>
    /// <param name="type">The type of the set; null when it is not known.</param>
    /// <param name="fault">The refusal.</param>
    internal static string Describe(string subject, IpSetType? type, NetlinkFault fault) =>
        (WordsFor(fault.Errno) ?? WordsFor(fault.Errno, type?.Method)) is { } words ? $"{subject} {words} (ipset's error {fault.Errno})" : fault.Describe(subject);

    private static string NameOf(IpSet set) => $"set {set.Name} ({set.Type})";

    private static string? WordsFor(int errno) => errno switch
    {
        4097 => "does not fit the set's type and family, or the protocol that this kernel's ipset speaks",
        4098 => "is of a type that this kernel does not have",
        4099 => "is one more than this kernel may have: raise max_sets of module ip_set",
        4100 => "is used by a rule or by another set",
        4101 => "would have the name of a set that exists",
        4102 => "and the set whose place it is to take are of different types or families",
        4103 => "is there already, or is not there",
        4104 => "has a prefix length that is not valid",
        4105 => "has a netmask that is not valid",
        4106 => "is of a family that its type does not take",
        4107 => "has a time although the set was made without timeout",
        4108 => "is used by another set",
        4109 => "needs an IPv4 address, and the set's family is IPv4",
        4110 => "needs an IPv6 address, and the set's family is IPv6",
        4111 => "has counters although the set was made without",
        4112 => "has a comment although the set was made without",
        4113 => "has a mask of marks that is not valid",
        4114 => "has packet metadata although the set was made without skbinfo",
        _ => null,
    };

    private static string? WordsFor(int errno, IpSetMethod? method) => (method, errno - TypeSpecific) switch
    {
        (IpSetMethod.Bitmap, 0) => "is outside of the set's range",
        (IpSetMethod.Bitmap, 1) => "has a range that is larger than its type takes",
        (IpSetMethod.Hash, 0) => "does not fit: the set is full (maxelem)",
        (IpSetMethod.Hash, 1) => "is zero, which no hash can hold",
        (IpSetMethod.Hash, 2) => "has a protocol that is not valid",
        (IpSetMethod.Hash, 3) => "has no protocol, and needs one",
        (IpSetMethod.Hash, 4 or 5) => "has a range that its type does not take",
        (IpSetMethod.List, 0) => "names a set that does not exist",
        (IpSetMethod.List, 1) => "is a list itself, which a list may not hold",
        (IpSetMethod.List, 4) => "does not fit: the list is full (size)",
        _ => null,
    };
}
