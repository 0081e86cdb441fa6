using System.Runtime.InteropServices;

namespace Sluice.Linux.Netlink;

/// <summary>Why the kernel refused, or why there is no answer (struct nlmsgerr and its NLMSGERR_ATTR_*).</summary>
/// <param name="Errno">The error.</param>
internal sealed record NetlinkFault(int Errno)
{
    private const int NLMSGERR_ATTR_MSG = 1;
    private const int NLMSGERR_ATTR_OFFS = 2;
    private const int NLMSGERR_ATTR_MISS_TYPE = 5;

    /// <summary>What the kernel says about it; null when nothing.</summary>
    internal string? Detail { get; init; }

    /// <summary>Where in the message that was sent the attribute at fault begins, counted from its header; null when the kernel does not say.</summary>
    internal int? Offset { get; init; }

    /// <summary>The type of an attribute that the kernel misses; null when it does not say.</summary>
    internal int? Missing { get; init; }

    /// <summary>In one sentence.</summary>
    /// <param name="subject">What it is about.</param>
    internal string Describe(string subject)
    {
        var text = $"{subject} {Errnos.Describe(Errno)}";
        text += Missing is { } type ? $"; attribute {type} is missing" : "";
        return Detail is { Length: > 0 } ? $"{text}; the kernel says: {Detail.TrimEnd('.')}" : text;
    }

    /// <summary>What an NLMSG_ERROR or NLMSG_DONE says; null when all is well.</summary>
    internal static NetlinkFault? Of(NetlinkMessages messages)
    {
        var body = messages.Body;
        var errno = body.Length < 4 ? 0 : -MemoryMarshal.Read<int>(body);
        if (errno == 0)
        {
            return null;
        }

        var fault = new NetlinkFault(errno);
        if ((messages.Flags & NetlinkMessages.NLM_F_ACK_TLVS) == 0)
        {
            return fault;
        }

        // Behind an error comes the header of the message that was sent, or all of it where the kernel does not know "capped".
        var sent = messages.Type == NetlinkMessages.NLMSG_DONE ? 0
            : (messages.Flags & NetlinkMessages.NLM_F_CAPPED) != 0 || body.Length < 8 ? NetlinkMessages.HeaderBytes
            : (MemoryMarshal.Read<int>(body[4..]) + 3) & ~3;
        var attributes = new NetlinkReader(sent >= 0 && body.Length - 4 >= sent ? body[(4 + sent)..] : default);
        while (attributes.Next())
        {
            // These are the kernel's own and in host order.
            fault = attributes.Type switch
            {
                NLMSGERR_ATTR_MSG => fault with { Detail = attributes.Text },
                NLMSGERR_ATTR_OFFS when attributes.Value.Length >= 4 => fault with { Offset = MemoryMarshal.Read<int>(attributes.Value) },
                NLMSGERR_ATTR_MISS_TYPE when attributes.Value.Length >= 4 => fault with { Missing = MemoryMarshal.Read<int>(attributes.Value) },
                _ => fault,
            };
        }

        return fault;
    }
}
