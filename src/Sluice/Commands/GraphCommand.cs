using System.CommandLine;
using Sluice.Dataplane.Graph;
using Sluice.Input;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;
using Sluice.Output;

namespace Sluice.Commands;

/// <summary><c>sluice graph</c>: chains as a drawing: of a Service, a packet, or a whole table.</summary>
internal static class GraphCommand
{
    private const string DefaultTable = "nat";

    /// <summary>The verb with its flags.</summary>
    public static Command Create(CommandIO io)
    {
        var input = new InputOptions(withTable: false);
        var output = new OutputOptions("mermaid", "dot", "svg", "json", "yaml");
        var packet = new PacketOptions();
        var service = new Argument<string?>("SERVICE")
        {
            Description = "Draw the chains of a Service: NAMESPACE/SERVICE[:PORT]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var table = new Option<string?>("--table") { Description = "Draw a whole table (default: nat)", HelpName = "NAME" };
        var family = new Option<string?>("--family") { Description = "ipv4 or ipv6, where the rules have both", HelpName = "FAMILY" };
        var maxNodes = new Option<string?>("--max-nodes") { Description = $"Draw at most so many nodes (default {GraphBuilder.DefaultMaxNodes})", HelpName = "NUMBER" };
        var command = new Command("graph", "Draw chains: of a Service, of a packet (--from, --to), or of a whole table.")
        {
            service,
            table,
            family,
            maxNodes,
        };
        packet.AddTo(command);
        input.AddTo(command);
        output.AddTo(command);
        command.SetAction(parsed =>
        {
            var format = output.Format(parsed);
            var what = new Subject(parsed.GetValue(service), parsed.GetValue(table), packet.IsGiven(parsed) ? packet.Question(parsed) : null, FamilyOf(parsed.GetValue(family)));
            var node = input.Read(parsed, io);
            var graph = Build(what, node, NodesOf(parsed.GetValue(maxNodes)));
            if (graph.Note is { } note)
            {
                io.Notes.Add(note);
            }

            GraphOutput.Write(graph, format, io);
            return ExitCode.Clean;
        });
        return command;
    }

    private static ChainGraph Build(Subject what, NodeInput node, int maxNodes)
    {
        if ((what.Service is not null ? 1 : 0) + (what.Table is not null ? 1 : 0) + (what.Packet is not null ? 1 : 0) > 1)
        {
            throw new CommandFailure("draw one thing: a Service, a --table, or a packet with --from and --to");
        }

        if (what.Packet is not null)
        {
            return GraphBuilder.OfTrace(TraceCommand.Trace(new Tracer(node.Snapshot), what.Packet, node), maxNodes);
        }

        if (what.Service is not null)
        {
            var services = ServiceFilter.Select(node, [what.Service]).Where(s => what.Family is null || s.Family == what.Family).ToList();
            return services.Count == 0
                ? throw new CommandFailure(UnknownService.Message(what.Service, node))
                : GraphBuilder.OfService(node.Snapshot, services[0], maxNodes);
        }

        var name = what.Table ?? DefaultTable;
        var tables = node.Snapshot.Ruleset.Tables.Where(t => what.Family is null || t.Family.Covers(what.Family.Value)).ToList();
        return tables.Find(t => t.Name == name) is { } found
            ? GraphBuilder.OfTable(found, maxNodes)
            : throw new CommandFailure($"no table {name} in {node.Where}: there is {string.Join(", ", tables.Select(t => t.Name).Distinct(StringComparer.Ordinal))}");
    }

    private static int NodesOf(string? text) =>
        text is null ? GraphBuilder.DefaultMaxNodes
        : int.TryParse(text, out var number) && number >= 3 ? number
        : throw new CommandFailure($"'{text}' is no number of nodes: take 3 or more");

    private static IPFamily? FamilyOf(string? text) => text?.ToLowerInvariant() switch
    {
        null => null,
        "ipv4" or "4" => IPFamily.IPv4,
        "ipv6" or "6" => IPFamily.IPv6,
        _ => throw new CommandFailure($"'{text}' is no family: take ipv4 or ipv6"),
    };

    private sealed record Subject(string? Service, string? Table, PacketQuestion? Packet, IPFamily? Family);
}
