using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Routing;

/// <summary>
/// Reads everything about interfaces, routes and routing rules from a file that may hold other things as well: plain and JSON
/// outputs of <c>ip</c>, in any order.
/// </summary>
public static class RoutingReader
{
    /// <summary>Reads a file; never throws on what it holds.</summary>
    public static RoutingReading Read(SourceText source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var interfaces = new InterfaceTableBuilder();
        var routing = new RoutingTablesBuilder();
        var bytes = source.Bytes.Span;
        var (start, number) = (0, 1);
        while (start < bytes.Length)
        {
            var rest = bytes[start..];
            var array = rest[0] == '[' ? RoutingJsonReader.ArrayLength(rest) : 0;
            if (array > 0)
            {
                RoutingJsonReader.TryRead(new SourceSpan(source, number, start, array), interfaces, routing);
                number += rest[..array].Count((byte)'\n');
                start += array;
                continue;
            }

            var end = rest.IndexOf((byte)'\n');
            end = end < 0 ? rest.Length : end;
            AddLine(rest[..end].TrimEnd((byte)'\r'), new SourceSpan(source, number++, start, end), interfaces, routing);
            start += end + 1;
        }

        return new RoutingReading(
            interfaces.IsEmpty ? null : interfaces.Build(),
            routing.IsEmpty ? null : routing.Build(),
            interfaces.Notes.Concat(routing.Notes).ToEquatableArray());
    }

    private static void AddLine(ReadOnlySpan<byte> line, SourceSpan span, InterfaceTableBuilder interfaces, RoutingTablesBuilder routing)
    {
        // Each builder must see the lines of the others: they end what it is in the middle of.
        var taken = interfaces.TryAddLine(line, span);
        taken |= routing.TryAddRouteLine(taken ? default : line, span);
        taken |= routing.TryAddRuleLine(taken ? default : line, span);
        _ = taken || routing.TryAddCommand(line);
    }
}

/// <summary>What a file says about a node's interfaces and routes.</summary>
/// <param name="Interfaces">The interfaces; null when the file holds none.</param>
/// <param name="Routing">The routes and routing rules; null when the file holds none.</param>
/// <param name="Notes">What could not be read.</param>
public sealed record RoutingReading(InterfaceTable? Interfaces, RoutingTables? Routing, EquatableArray<ReaderNote> Notes);
