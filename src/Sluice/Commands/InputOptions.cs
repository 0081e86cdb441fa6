using System.CommandLine;
using Sluice.Input;

namespace Sluice.Commands;

/// <summary>The flags of every verb that reads a node: which files, else the live node.</summary>
/// <param name="withTable">Whether the verb takes the hint which table a listing is of.</param>
internal sealed class InputOptions(bool withTable = true)
{
    private readonly Option<string[]> _files = new("--file", "-f")
    {
        Description = "A file to read: iptables-save, -S or -L, ip addr, ip route, ip rule; a directory; - for standard input. Repeatable. Without it: this node",
        HelpName = "PATH",
    };

    private readonly Option<string?> _table = new("--table")
    {
        Description = "The table that listings are of when they do not say",
        HelpName = "NAME",
    };

    /// <summary>Adds the flags to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_files);
        if (withTable)
        {
            command.Add(_table);
        }
    }

    /// <summary>Whether a command line names what to read.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_files) is { Length: > 0 };

    /// <summary>Reads what the flags say.</summary>
    public NodeInput Read(ParseResult parsed, CommandIO io)
    {
        var node = NodeInput.Read(parsed.GetValue(_files) ?? [], withTable ? parsed.GetValue(_table) : null, io);
        node.AddNotes(io);
        return node;
    }
}
