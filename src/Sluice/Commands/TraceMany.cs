using System.Text;
using Sluice.Dataplane.Reports;
using Sluice.Input;
using Sluice.Netfilter.Tracing;
using Sluice.Output;

namespace Sluice.Commands;

/// <summary>Traces the packets of a file, one JSON object per line, in order.</summary>
internal static class TraceMany
{
    /// <summary>Answers each line as it is read, so that a program can ask and wait for the answer.</summary>
    public static int Run(string file, NodeInput node, string format, Page page, CommandIO io)
    {
        var tracer = new Tracer(node.Snapshot);
        var code = ExitCode.Clean;
        var number = 0;
        using var reader = Open(file, io);
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                var question = PacketQuestionReader.Read(line);
                var trace = TraceCommand.Trace(tracer, question, node);
                code = Math.Max(code, TraceCommand.CodeOf(trace));
                Print(trace, question, format, page, io);
            }
            catch (CommandFailure failure)
            {
                throw new CommandFailure($"{(file == "-" ? "standard input" : file)}, line {number}: {failure.Message}");
            }
        }

        return code;
    }

    private static void Print(Trace trace, PacketQuestion question, string format, Page page, CommandIO io)
    {
        switch (format)
        {
            case "json":
                Document.WriteJsonLine(io, writer => TraceDocument.Write(writer, trace, question.Name, question.Reply));
                break;
            case "yaml":
                io.Output.WriteLine("---");
                Document.WriteYaml(io, writer => TraceDocument.Write(writer, trace, question.Name, question.Reply));
                break;
            default:
                var name = question.Name is null ? "" : question.Name + ": ";
                page.Line(Painted(trace, name + Headline.Of(trace, question.Reply), page.Ink));
                io.Output.Flush();
                break;
        }
    }

    private static string Painted(Trace trace, string text, Ink ink) =>
        trace.Verdict == TraceVerdict.Delivered ? ink.Good(text) : ink.Warn(text);

    private static StreamReader Open(string file, CommandIO io) => file == "-"
        ? new StreamReader(io.Input, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 4096, leaveOpen: true)
        : new StreamReader(new MemoryStream(FileSources.ReadFile(file).Bytes.ToArray()), Encoding.UTF8);
}
