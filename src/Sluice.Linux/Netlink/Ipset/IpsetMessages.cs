using Sluice.Netfilter.Ipsets;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>Writes messages of ipset one behind the other; entries of one set that follow each other share one.</summary>
/// <param name="writer">Where to.</param>
/// <param name="protocol">The version of ipset's protocol.</param>
internal sealed class IpsetMessages(NetlinkWriter writer, byte protocol)
{
    // An attribute takes 64 KiB, and so does what the socket can receive: a refusal has the whole message in it.
    private const int MaxMessageBytes = 1 << 15;

    // The message that takes entries: where it and its list begin, and what it is about.
    private (int Start, int List, string Set, ushort Command)? _open;

    internal void Create(IpSet set, string name, byte revision)
    {
        Begin(IpsetNumbers.IPSET_CMD_CREATE, NetlinkMessages.NLM_F_CREATE | NetlinkMessages.NLM_F_EXCL, name);
        writer.Text(IpsetNumbers.IPSET_ATTR_TYPENAME, set.Type.ToString());
        writer.Byte(IpsetNumbers.IPSET_ATTR_REVISION, revision);
        writer.Byte(IpsetNumbers.IPSET_ATTR_FAMILY, IpsetTypes.NumberOf(set.Family));
        IpsetWriter.Shape(writer, set);
        writer.EndMessage();
    }

    // Without a name it would mean every set there is.
    internal void Destroy(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Begin(IpsetNumbers.IPSET_CMD_DESTROY, 0, name);
        writer.EndMessage();
    }

    internal void Swap(string name, string other)
    {
        Begin(IpsetNumbers.IPSET_CMD_SWAP, 0, name);
        writer.Text(IpsetNumbers.IPSET_ATTR_SETNAME2, other);
        writer.EndMessage();
    }

    /// <summary>Adds or removes an entry. Without NLM_F_EXCL the kernel takes it as well when the entry is there already, or not there.</summary>
    /// <param name="command">IPSET_CMD_ADD or IPSET_CMD_DEL.</param>
    /// <param name="set">The set.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="line">A number by which the kernel says which entry it refused; not 0.</param>
    /// <returns>Whether it began a message.</returns>
    internal bool Entry(ushort command, string set, IpSetEntry entry, uint line)
    {
        var begins = _open is not { } open || open.Set != set || open.Command != command || writer.Length - open.Start > MaxMessageBytes;
        if (begins)
        {
            Close();
            var start = writer.Length;
            Begin(command, 0, set);

            // Of the message: only when it has a number do those of its entries count.
            writer.HostUInt32(IpsetNumbers.IPSET_ATTR_LINENO, 0);
            _open = (start, writer.BeginNest(IpsetNumbers.IPSET_ATTR_ADT), set, command);
        }

        IpsetEntryWriter.Write(writer, entry, line, isRemoval: command == IpsetNumbers.IPSET_CMD_DEL);
        return begins;
    }

    /// <summary>Ends the message that takes entries.</summary>
    internal void Close()
    {
        if (_open is { } open)
        {
            writer.EndNest(open.List);
            writer.EndMessage();
            _open = null;
        }
    }

    private void Begin(ushort command, ushort flags, string set)
    {
        Close();
        writer.BeginMessage(command, flags, IpsetNumbers.Header);
        writer.Byte(IpsetNumbers.IPSET_ATTR_PROTOCOL, protocol);
        writer.Text(IpsetNumbers.IPSET_ATTR_SETNAME, set);
    }
}
