using System.Globalization;
using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipvs;

/// <summary>Reads what <c>ipvsadm -L</c> prints, whatever columns it was asked for.</summary>
internal sealed class ServerListing(IpvsDrafts drafts)
{
    private ServerColumns _columns;
    private VirtualServerDraft? _server;
    private bool _skips;

    /// <summary>Whether a listing is being read.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>A new source begins, or lines of something else have come.</summary>
    public void End() => (_columns, _server, _skips, IsOpen) = (ServerColumns.Unknown, null, false, false);

    /// <summary>Reads a line; false when it is none of a listing.</summary>
    public bool TryLine(ReadOnlySpan<byte> line, SourceSpan span)
    {
        switch (line[0])
        {
            case (byte)'I' when line.StartsWith("IP Virtual Server version "u8):
                return Begin(ServerColumns.Unknown);
            case (byte)'I' when line.StartsWith("IPVS connection entries"u8):
                // Their rows begin as those of virtual servers do.
                End();
                return false;
            case (byte)'P' when line.StartsWith("Prot LocalAddress:Port"u8):
                return Begin(ServerRow.ColumnsOf(line));
            case (byte)'-' when line.StartsWith("-> RemoteAddress:Port"u8):
                return IsOpen;
            case (byte)'-' when line.StartsWith("-> "u8):
                return TryReal(line["-> "u8.Length..], span);
            case (byte)'T' or (byte)'U' or (byte)'S' or (byte)'F':
                return TryServer(line, span);
            default:
                return false;
        }
    }

    private bool Begin(ServerColumns columns)
    {
        End();
        (_columns, IsOpen) = (columns, true);
        drafts.Seen();
        return true;
    }

    private bool TryServer(ReadOnlySpan<byte> line, SourceSpan span)
    {
        var words = new Queue<string>(Encoding.UTF8.GetString(line[..Math.Min(line.Length, 512)]).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
        var kind = words.Dequeue();
        if (kind is not ("TCP" or "UDP" or "SCTP" or "FWM") || !words.TryDequeue(out var service) || (!IsOpen && !StandsAlone(kind, service, words)))
        {
            return false;
        }

        var key = KeyOf(kind, service, words);
        (IsOpen, _skips, _server) = (true, key is null, null);
        drafts.Seen();
        if (key is null)
        {
            drafts.NoteOnce(service, span, $"'{service}' is no address that can be read here: the virtual server is left out; give what ipvsadm -Ln prints");
            return true;
        }

        _server = drafts.Begin(new VirtualServer(key) { Source = span });
        if (_columns != ServerColumns.Traffic && words.TryPeek(out var scheduler) && !ServerRow.IsCount(scheduler))
        {
            _server.KnowsScheduler = true;
            _server.Shape = ServerRow.ReadFlags(_server.Shape, words, out var problem);
            if (problem is not null)
            {
                drafts.Note(span, problem);
            }
        }

        return true;
    }

    // Without its head a listing is known by a server that could be nothing else.
    private static bool StandsAlone(string kind, string service, Queue<string> rest) =>
        rest.Count > 0 && (kind == "FWM" ? ServerArguments.Mark(service) is not null : service.Contains(':', StringComparison.Ordinal) && ServerAddress.Read(Encoding.UTF8.GetBytes(service)) is not null);

    private static VirtualServerKey? KeyOf(string kind, string service, Queue<string> rest)
    {
        if (kind == "FWM")
        {
            var isV6 = rest.TryPeek(out var family) && family == "IPv6" && rest.TryDequeue(out _);
            return ServerArguments.Mark(service) is { } mark ? new VirtualServerKey.Mark(isV6 ? IPFamily.IPv6 : IPFamily.IPv4, mark) : null;
        }

        var protocol = kind == "TCP" ? L4Protocol.Tcp : kind == "UDP" ? L4Protocol.Udp : L4Protocol.Sctp;
        return ServerAddress.Read(Encoding.UTF8.GetBytes(service)) is var (address, port) ? new VirtualServerKey.Address(protocol, address, port) : null;
    }

    private bool TryReal(ReadOnlySpan<byte> line, SourceSpan span)
    {
        var words = Encoding.UTF8.GetString(line[..Math.Min(line.Length, 512)]).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || (!IsOpen && ServerRow.Read(words, _columns) is null))
        {
            return false;
        }

        if (_server is null)
        {
            if (!_skips)
            {
                drafts.Seen();
                drafts.NoteOnce("->", span, "a real server without its virtual server: the copy is cut, it is not read");
            }

            return true;
        }

        if (ServerRow.Read(words, _columns) is { } real)
        {
            _server.Add(real);
        }
        else
        {
            drafts.Note(span, string.Create(CultureInfo.InvariantCulture, $"not understood as a real server of {_server.Shape.Key}: left out"));
        }

        return true;
    }
}
