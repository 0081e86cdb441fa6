using System.CommandLine;
using Sluice.Dataplane.Graph;
using Sluice.Dataplane.Reports;
using Sluice.Input;
using Sluice.Netfilter.Tracing;
using Sluice.Output;
using Sluice.Views;

namespace Sluice.Commands;

/// <summary><c>sluice trace</c>: one packet, or many, through a node's rules.</summary>
internal static class TraceCommand
{
    /// <summary>The verb with its flags.</summary>
    public static Command Create(CommandIO io)
    {
        var input = new InputOptions();
        var output = new OutputOptions("table", "wide", "json", "yaml", "name", "mermaid", "dot", "svg");
        var packet = new PacketOptions();
        var packets = new Option<string?>("--packets")
        {
            Description = "Trace many: a file (or -) with one JSON object per line, keys as these flags in camelCase",
            HelpName = "FILE",
        };
        var command = new Command("trace", "Follow a packet: every way it can go, with its probability, rule by rule.");
        packet.AddTo(command);
        command.Add(packets);
        input.AddTo(command);
        output.AddTo(command);
        command.SetAction(parsed =>
        {
            var format = output.Format(parsed);
            var page = output.Page(parsed, io);
            if (parsed.GetValue(packets) is { } file)
            {
                return TraceMany.Run(file, input.Read(parsed, io), format, page, io);
            }

            var question = packet.Question(parsed);
            var node = input.Read(parsed, io);
            var trace = Trace(new Tracer(node.Snapshot), question, node);
            Print(trace, question, format, page, io);
            return CodeOf(trace);
        });
        return command;
    }

    /// <summary>Answers a question.</summary>
    public static Trace Trace(Tracer tracer, PacketQuestion question, NodeInput node)
    {
        var packet = PacketMaker.Make(question, node);
        return question.Reply ? tracer.TraceReply(packet) : tracer.Trace(packet);
    }

    /// <summary>The exit code that an answer gives.</summary>
    public static int CodeOf(Trace trace) => trace.Verdict == TraceVerdict.Delivered ? ExitCode.Clean : ExitCode.Findings;

    private static void Print(Trace trace, PacketQuestion question, string format, Page page, CommandIO io)
    {
        switch (format)
        {
            case "json":
                Document.WriteJson(io, writer => TraceDocument.Write(writer, trace, question.Name, question.Reply));
                break;
            case "yaml":
                Document.WriteYaml(io, writer => TraceDocument.Write(writer, trace, question.Name, question.Reply));
                break;
            case "name":
                foreach (var outcome in trace.Outcomes)
                {
                    io.Output.WriteLine(outcome.Destination?.WithPort(outcome.DestinationPort) ?? outcome.Disposition.ToString());
                }

                break;
            case "mermaid" or "dot" or "svg":
                GraphOutput.Write(GraphBuilder.OfTrace(trace), format, io);
                break;
            default:
                new TraceView(page).Write(trace, question.Reply);
                break;
        }
    }
}
