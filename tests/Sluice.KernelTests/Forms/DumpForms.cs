using Sluice.KernelTests.Lab;

namespace Sluice.KernelTests.Forms;

/// <summary>The forms in which the tools print the rules of a network namespace, as a person would copy them: each behind its prompt.</summary>
internal sealed class DumpForms(NetworkNamespace space, LabFamily family, LabVariant variant)
{
    // Every combination of -n, -v, -x and --line-numbers.
    private static readonly string[][] s_listings =
    [
        .. Enumerable.Range(0, 16).Select(bits => new[] { "-n", "-v", "-x", "--line-numbers" }.Where((_, i) => (bits >> i & 1) != 0).ToArray()),
    ];

    /// <summary>What iptables-save prints.</summary>
    public string Save(params string[] options) => space.Check(LabPrograms.Name(family, variant, "save"), options);

    /// <summary>All forms, each with its name.</summary>
    public IEnumerable<DumpForm> All(IReadOnlyList<string> tables)
    {
        yield return new("save -c", Save("-c"), HasInterfaces: true);
        yield return new("save in DOS lines", Save().Replace("\n", "\r\n", StringComparison.Ordinal), HasInterfaces: true);
        yield return Prompted(["-S"], tables, hasInterfaces: true);
        yield return Prompted(["-S", "-v"], tables, hasInterfaces: true);
        foreach (var options in s_listings)
        {
            var form = Prompted(["-L", .. options], tables, options.Contains("-v"));
            yield return form;
            if (options.Contains("-n"))
            {
                yield return form with { Name = form.Name + ", blanks collapsed", Text = Collapse(form.Text), IsCollapsed = true };
            }
        }
    }

    private DumpForm Prompted(string[] options, IReadOnlyList<string> tables, bool hasInterfaces)
    {
        var program = LabPrograms.Name(family, variant, "")[..^1];
        var outputs = tables.Select(t => $"root@node:~# {program} -t {t} {string.Join(' ', options)}\n{space.Check(program, ["-t", t, .. options])}");
        return new(string.Join(' ', options), string.Concat(outputs), hasInterfaces);
    }

    // As web pages and chats leave a listing.
    private static string Collapse(string text) =>
        string.Join('\n', text.Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
}

/// <summary>A dump in one form.</summary>
/// <param name="Name">The options that made it.</param>
/// <param name="Text">The text.</param>
/// <param name="HasInterfaces">Whether the form shows interfaces.</param>
/// <param name="IsCollapsed">Whether runs of blanks have become one, in comments too.</param>
internal sealed record DumpForm(string Name, string Text, bool HasInterfaces, bool IsCollapsed = false);
