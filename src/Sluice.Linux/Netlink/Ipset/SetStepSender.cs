using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Sluice.Linux.Interop;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>Makes messages of ipset of the steps about sets: consecutive entries of one set share messages.</summary>
/// <param name="socket">Where to.</param>
/// <param name="protocol">The version of ipset's protocol.</param>
/// <param name="types">The types that the kernel has.</param>
internal sealed class SetStepSender(NetlinkSocket socket, byte protocol, IpsetTypes types) : StepSender(socket)
{
    // An attribute takes 64 KiB, and so does what the socket can receive: a refusal has the whole message in it.
    private const int MaxMessageBytes = 1 << 15;

    private readonly List<IpvsStep> _steps = [];

    // By message: the place of its first step, and whether it only makes room.
    private readonly List<(int Step, bool IsCleaning)> _messages = [];

    private int _first;
    private int _entries;
    private IpvsStep.ReplaceSet? _replacement;

    // The message that takes entries: where it and its list begin, and what it is about.
    private (int Start, int List, string Set, ushort Command)? _open;

    /// <inheritdoc/>
    internal override bool IsFull => _replacement is not null || base.IsFull;

    /// <inheritdoc/>
    internal override void Add(IpvsStep step, int index)
    {
        if (_steps.Count == 0)
        {
            _first = index;
        }

        _steps.Add(step);
        switch (step)
        {
            case IpvsStep.CreateSet s:
                Create(s.Set, s.Set.Name, index);
                break;
            case IpvsStep.DestroySet s:
                Destroy(s.Name, isCleaning: false);
                break;
            case IpvsStep.AddEntry s:
                AddEntry(IpsetNumbers.IPSET_CMD_ADD, s.Set.Name, s.Entry, index, (uint)_steps.Count);
                break;
            case IpvsStep.RemoveEntry s:
                AddEntry(IpsetNumbers.IPSET_CMD_DEL, s.Set.Name, s.Entry, index, (uint)_steps.Count);
                break;
            case IpvsStep.ReplaceSet s:
                Fill(s, index);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <inheritdoc/>
    internal override NetlinkFault? Send()
    {
        Close();
        var fault = SendBatch(Note, _entries);
        if (fault is null && _replacement is { } replacement)
        {
            fault = Finish(replacement);
        }

        _steps.Clear();
        _messages.Clear();
        (_entries, _replacement) = (0, null);
        return fault;
    }

    // What a process that was killed left under it is removed first.
    private static string TemporaryNameOf(IpSet set) => string.Concat(set.Name.AsSpan(0, Math.Min(set.Name.Length, IpsetNumbers.MaxNameBytes - 4)), "-NEW");

    private void Fill(IpvsStep.ReplaceSet step, int index)
    {
        var name = TemporaryNameOf(step.Set);
        Destroy(name, isCleaning: true);
        Create(step.Set, name, index);
        var line = 0u;
        foreach (var entry in step.Set.Entries)
        {
            AddEntry(IpsetNumbers.IPSET_CMD_ADD, name, entry, index, ++line);
        }

        _replacement = step;
    }

    // Swapped only when it holds everything.
    private NetlinkFault? Finish(IpvsStep.ReplaceSet step)
    {
        var index = _first + _steps.Count - 1;
        var name = TemporaryNameOf(step.Set);
        _messages.Clear();
        if (Refusals?.Exists(r => r.Step == index) != true)
        {
            Begin(IpsetNumbers.IPSET_CMD_SWAP, 0, name, isCleaning: false);
            Batch.Writer.Text(IpsetNumbers.IPSET_ATTR_SETNAME2, step.Set.Name);
            Batch.Writer.EndMessage();
        }

        Destroy(name, isCleaning: true);
        return SendBatch(Note);
    }

    private void Note(int message, NetlinkFault fault, ReadOnlySpan<byte> answer)
    {
        var (place, isCleaning) = _messages[message];
        if (fault.Errno == Libc.ENOENT && (isCleaning || _steps[place] is IpvsStep.DestroySet))
        {
            return;
        }

        var line = LineOf(answer);
        if (_steps[place] is IpvsStep.ReplaceSet replacement)
        {
            Refuse(_first + place, line == 0 ? IpsetFaults.Describe(replacement, fault) : IpsetFaults.Describe(replacement.Set, replacement.Set.Entries[line - 1], fault));
            return;
        }

        place = line == 0 ? place : line - 1;
        Refuse(_first + place, IpsetFaults.Describe(_steps[place], fault));
    }

    // ipset sends the message back with the number of the entry at fault in it; 0 when none is.
    private static int LineOf(ReadOnlySpan<byte> answer)
    {
        const int Before = sizeof(int) + NetlinkMessages.HeaderBytes + IpsetNumbers.HeaderBytes;
        var value = answer.Length > Before ? NetlinkReader.Find(answer[Before..], IpsetNumbers.IPSET_ATTR_LINENO) : default;
        return value.Length == sizeof(uint) ? MemoryMarshal.Read<int>(value) : 0;
    }

    private void Create(IpSet set, string name, int index)
    {
        Close();
        if (types.Find(set.Type, set.Family, out var revision) is { } fault)
        {
            Refuse(index, IpsetFaults.Describe(new IpvsStep.CreateSet(set), fault));
            return;
        }

        Begin(IpsetNumbers.IPSET_CMD_CREATE, NetlinkMessages.NLM_F_CREATE | NetlinkMessages.NLM_F_EXCL, name, isCleaning: false);
        Batch.Writer.Text(IpsetNumbers.IPSET_ATTR_TYPENAME, set.Type.ToString());
        Batch.Writer.Byte(IpsetNumbers.IPSET_ATTR_REVISION, revision);
        Batch.Writer.Byte(IpsetNumbers.IPSET_ATTR_FAMILY, IpsetTypes.NumberOf(set.Family));
        IpsetWriter.Shape(Batch.Writer, set);
        Batch.Writer.EndMessage();
    }

    // Without a name it would mean every set there is.
    private void Destroy(string name, bool isCleaning)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Close();
        Begin(IpsetNumbers.IPSET_CMD_DESTROY, 0, name, isCleaning);
        Batch.Writer.EndMessage();
    }

    // Without NLM_F_EXCL the kernel takes it as well when the entry is there already, or not there.
    private void AddEntry(ushort command, string set, IpSetEntry entry, int index, uint line)
    {
        // The kernel refuses the whole message, and does not say which entry was meant.
        if (entry.Comment is { } comment && Encoding.UTF8.GetByteCount(comment) > IpsetNumbers.MaxCommentBytes)
        {
            Refuse(index, $"entry {ElementText.Of(entry.Values)} of set {set} has a comment of more than {IpsetNumbers.MaxCommentBytes} bytes");
            return;
        }

        if (_open is not { } open || open.Set != set || open.Command != command || Batch.Writer.Length - open.Start > MaxMessageBytes)
        {
            Close();
            var start = Batch.Writer.Length;
            Begin(command, 0, set, isCleaning: false);

            // Of the message: only when it has a number do its entries count.
            Batch.Writer.HostUInt32(IpsetNumbers.IPSET_ATTR_LINENO, 0);
            _open = (start, Batch.Writer.BeginNest(IpsetNumbers.IPSET_ATTR_ADT), set, command);
        }

        IpsetEntryWriter.Write(Batch.Writer, entry, line, isRemoval: command == IpsetNumbers.IPSET_CMD_DEL);
        _entries++;
    }

    private void Begin(ushort command, ushort flags, string set, bool isCleaning)
    {
        _messages.Add((_steps.Count - 1, isCleaning));
        Batch.Writer.BeginMessage(command, flags, IpsetNumbers.Header);
        Batch.Writer.Byte(IpsetNumbers.IPSET_ATTR_PROTOCOL, protocol);
        Batch.Writer.Text(IpsetNumbers.IPSET_ATTR_SETNAME, set);
    }

    private void Close()
    {
        if (_open is { } open)
        {
            Batch.Writer.EndNest(open.List);
            Batch.Writer.EndMessage();
            _open = null;
        }
    }
}
