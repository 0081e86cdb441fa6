using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>Counts the packet under a name (<c>-m nfacct</c>); it always matches.</summary>
/// <param name="Name">The accounting object.</param>
public sealed record AccountMatch(string Name) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.Yes;
}

/// <summary>The control group of the process that owns the packet's socket (<c>-m cgroup</c>).</summary>
/// <param name="Group">The path of version 2, or the class id of version 1.</param>
/// <param name="IsPath">Whether it is a path.</param>
public sealed record CgroupMatch(Negatable<string> Group, bool IsPath) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        // cgroup_mt: a packet that belongs to no socket never matches; what arrives for this node may have found its socket early.
        return packet.Original.Entry == PacketEntry.Network && packet.Hook is Hook.Forward or Hook.Postrouting
            ? MatchResult.No
            : MatchResult.Depends($"the process of its socket is in the cgroup {Group.Value}", Group.Inverted);
    }
}
