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
    private readonly List<IpvsStep> _steps = [];

    // By message: the place of its first step, and whether it only makes room.
    private readonly List<(int Step, bool IsCleaning)> _messages = [];

    private IpsetMessages? _writer;
    private int _first;
    private int _entries;
    private IpvsStep.ReplaceSet? _replacement;

    private IpsetMessages Writer => _writer ??= new IpsetMessages(Batch.Writer, protocol);

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
        Writer.Close();
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
            Count();
            Writer.Swap(name, step.Set.Name);
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
        if (types.Find(set.Type, set.Family, out var revision) is { } fault)
        {
            Refuse(index, IpsetFaults.Describe(new IpvsStep.CreateSet(set), fault));
            return;
        }

        Count();
        Writer.Create(set, name, revision);
    }

    private void Destroy(string name, bool isCleaning)
    {
        Count(isCleaning);
        Writer.Destroy(name);
    }

    private void AddEntry(ushort command, string set, IpSetEntry entry, int index, uint line)
    {
        // The kernel refuses the whole message, and does not say which entry was meant.
        if (entry.Comment is { } comment && Encoding.UTF8.GetByteCount(comment) > IpsetNumbers.MaxCommentBytes)
        {
            Refuse(index, $"entry {ElementText.Of(entry.Values)} of set {set} has a comment of more than {IpsetNumbers.MaxCommentBytes} bytes");
            return;
        }

        _entries++;
        if (Writer.Entry(command, set, entry, line))
        {
            Count();
        }
    }

    private void Count(bool isCleaning = false) => _messages.Add((_steps.Count - 1, isCleaning));
}
