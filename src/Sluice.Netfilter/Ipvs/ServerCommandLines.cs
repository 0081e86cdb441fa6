using System.Text;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipvs;

/// <summary>Reads the lines of <c>ipvsadm -S</c>, and calls of ipvsadm in scripts and terminal copies.</summary>
internal sealed class ServerCommandLines(IpvsDrafts drafts)
{
    /// <summary>Reads <c>-A -t ADDRESS ...</c> or <c>-a -t ADDRESS -r ADDRESS ...</c>; false when the line is neither.</summary>
    public bool TryLine(ReadOnlySpan<byte> line, SourceSpan span)
    {
        // In iptables-save a chain follows, whose name begins otherwise.
        if (line is not [(byte)'-', (byte)'A' or (byte)'a' or (byte)'E' or (byte)'e', (byte)' ', (byte)'-', (byte)'t' or (byte)'u' or (byte)'f' or (byte)'-', ..])
        {
            return false;
        }

        return TryWords(ShellWords.Split(Encoding.UTF8.GetString(line)), span);
    }

    /// <summary>Reads a call of ipvsadm that makes or changes a server: <c>$ sudo ipvsadm -A -t ...</c>; false when the line has none.</summary>
    public bool TryCall(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (line.IndexOf("ipvsadm "u8) < 0)
        {
            return false;
        }

        var words = ShellWords.Split(Encoding.UTF8.GetString(line));
        var program = words.FindIndex(w => w == "ipvsadm" || w.EndsWith("/ipvsadm", StringComparison.Ordinal));
        return program >= 0 && TryWords([.. words.Skip(program + 1).TakeWhile(w => !ShellWords.EndsCommand(w)).Select(w => w.TrimEnd(';'))], span);
    }

    private bool TryWords(List<string> words, SourceSpan span)
    {
        if (words is not [var action, ..] || action is not ("-A" or "-a" or "-E" or "-e" or "--add-service" or "--add-server" or "--edit-service" or "--edit-server"))
        {
            return false;
        }

        drafts.Seen();
        var arguments = ServerArguments.Parse(words.Skip(1));
        if (arguments.Key() is not { } key)
        {
            drafts.NoteOnce(arguments.Service, span, $"'{arguments.Service}' is no address that can be read here: not read; give what ipvsadm -Sn prints");
            return true;
        }

        var isReal = action is "-a" or "-e" or "--add-server" or "--edit-server";
        if (isReal)
        {
            AddReal(key, arguments, span);
        }
        else
        {
            AddServer(key, arguments, span, isEdit: action is "-E" or "--edit-service");
        }

        if (arguments.Problem is { } problem)
        {
            drafts.Note(span, problem);
        }

        return true;
    }

    private void AddServer(VirtualServerKey key, ServerArguments arguments, SourceSpan span, bool isEdit)
    {
        var shape = new VirtualServer(key)
        {
            Scheduler = arguments.Scheduler,
            SchedulerFlags = arguments.SchedulerFlags,
            PersistenceSeconds = arguments.Persistence,
            PersistencePrefixLength = arguments.PersistenceLength(key.PacketFamily),
            PersistenceEngine = arguments.Engine,
            SchedulesEachPacket = arguments.SchedulesEachPacket,
            Source = span,
        };
        var draft = isEdit && drafts.Find(key) is { } known ? known : drafts.Begin(shape);
        draft.Shape = shape;
        draft.KnowsScheduler = true;
    }

    private void AddReal(VirtualServerKey key, ServerArguments arguments, SourceSpan span)
    {
        // Without a port it is the virtual server's.
        var port = key is VirtualServerKey.Address address ? address.Port : 0;
        if (ServerAddress.Read(Encoding.UTF8.GetBytes(arguments.Real ?? ""), port) is not var (real, realPort))
        {
            drafts.NoteOnce(arguments.Real ?? "", span, $"real server '{arguments.Real}' is no address that can be read here: not read; give what ipvsadm -Sn prints");
        }
        else if (drafts.Find(key) is { } draft)
        {
            draft.Add(arguments.RealOptions with { Address = real, Port = realPort });
        }
        else
        {
            drafts.NoteOnce(key.ToString()!, span, $"virtual server {key} is not made in the sources: its real servers are not read");
        }
    }
}
