using System.Buffers.Binary;
using Sluice.KernelTests.Lab.Interop;

namespace Sluice.KernelTests.Lab;

/// <summary>
/// Reads what the node's kernel reports: the lab's log chains and legacy TRACE lines (nfnetlink_log), and nf_tables
/// trace messages. One socket for all of them, so that their order is the order of events.
/// </summary>
internal sealed class SignalReader : IDisposable
{
    private const int LogSubsystem = 4;
    private const int NftSubsystem = 10;
    private const int TraceMessage = 17;
    private const int TraceGroup = 9;

    private readonly NetfilterSocket _socket = new(TimeSpan.FromSeconds(5));
    private readonly NftTraceDecoder _decoder;
    private readonly IReadOnlyDictionary<int, string> _links;
    private List<Signal> _signals = [];
    private int _arrived = -1;

    internal SignalReader(RuleNumbers numbers, IReadOnlyDictionary<int, string> links)
    {
        _decoder = new NftTraceDecoder(numbers);
        _links = links;
        BindGroup(LabTable.LogGroup);

        // Legacy TRACE, LOG without a group, and NFLOG's default all speak to group 0.
        BindGroup(0);
        _socket.Join(TraceGroup);
    }

    /// <summary>Everything reported until the marker packet of that number comes by.</summary>
    internal List<Signal> ReadUntil(ushort sync)
    {
        for (var i = 0; i < 10_000_000; i++)
        {
            if (_arrived == sync)
            {
                var signals = _signals;
                _signals = [];
                return signals;
            }

            _ = _socket.Receive(Decode);
        }

        throw new LabException("the marker packet never came by");
    }

    public void Dispose() => _socket.Dispose();

    private void BindGroup(ushort group)
    {
        Configure(group, 1, [1]); // NFULA_CFG_CMD: NFULNL_CFG_CMD_BIND
        Configure(group, 2, [0, 0, 0xff, 0xff, 2, 0]); // NFULA_CFG_MODE: copy the packet
        Configure(group, 5, [0, 0, 0, 1]); // NFULA_CFG_QTHRESH: hand over each one at once, so that order is kept
    }

    private void Configure(ushort group, ushort attribute, ReadOnlySpan<byte> value) =>
        _socket.Request(new NetlinkWriter(LogSubsystem, 1, NetlinkWriter.Request | NetlinkWriter.Ack,
            _socket.NextSequence(), 0, group).Attribute(attribute, value));

    private void Decode(int subsystem, int message, byte family, ReadOnlySpan<byte> data)
    {
        if (subsystem == NftSubsystem && message == TraceMessage)
        {
            _signals.Add(_decoder.Decode(data));
        }
        else if (subsystem == LogSubsystem && message == 0 && DecodeLog(data) is { } seen)
        {
            _signals.Add(seen);
        }
    }

    private Signal? DecodeLog(ReadOnlySpan<byte> data)
    {
        var (prefix, mark, hook) = ("", 0u, 0);
        string? inLink = null;
        string? outLink = null;
        ReadOnlySpan<byte> payload = [];
        for (var attributes = new NetlinkAttributes(data); attributes.Next();)
        {
            switch (attributes.Type)
            {
                case 1: hook = attributes.Value[2]; break;
                case 2: mark = attributes.UInt32; break;
                case 4: inLink = LinkName(attributes.UInt32); break;
                case 5: outLink = LinkName(attributes.UInt32); break;
                case 9: payload = attributes.Value; break;
                case 10: prefix = attributes.Text; break;
                default: break;
            }
        }

        if (prefix == LabTable.SyncPrefix)
        {
            _arrived = payload.Length < 22 ? _arrived : BinaryPrimitives.ReadUInt16BigEndian(payload[20..]);
            return null;
        }

        if (PacketView.Read(payload) is not { } packet)
        {
            return null;
        }

        if (LabTable.Stage(prefix) is { } stage)
        {
            return new Signal.Seen(new LabEvent(stage, inLink, outLink, mark, packet with { Bytes = payload.ToArray() }));
        }

        return LegacyTrace.Read(prefix, hook, mark) is { } step ? new Signal.Traced(packet, 0, packet.Family, step) : null;
    }

    private string LinkName(uint index) => _links.GetValueOrDefault((int)index, $"if{index}");
}
