using System.Globalization;
using Sluice.Linux;
using Sluice.Tests.Ipsets;
using Xunit;

namespace Sluice.KernelTests.Forms;

/// <summary>
/// Random sets that the writer wrote are taken by ipset and the kernel, and read back as the same value from every form in which ipset prints them.
/// SLUICE_FORMS is the number of random tables, SLUICE_SEED the first seed.
/// </summary>
public sealed class IpSetFormTests(ITestOutputHelper output)
{
    private static readonly string[][] s_forms = [["save"], ["save", "-sorted"], ["list"], ["list", "-sorted"], ["list", "-o", "xml"], ["save", "-o", "xml"]];

    [Fact]
    public void The_kernel_holds_what_was_written_and_every_form_tells_it()
    {
        if (SystemPrograms.Find("ipset") is null)
        {
            Assert.Skip("ipset is not installed");
        }

        var types = RandomIpSets.TypeNames.Where(t => Takes($"create probe {t}{(t.StartsWith("bitmap", StringComparison.Ordinal) ? t == "bitmap:port" ? " range 0-9" : " range 10.0.0.0/24" : "")}")).ToList();
        if (types.Count == 0)
        {
            Assert.Skip("this kernel has no type of sets that ipset knows");
        }

        var hasNewOptions = Takes("create probe hash:ip bitmask 255.0.0.255");
        var (tables, first) = (Setting("SLUICE_FORMS", 40), Setting("SLUICE_SEED", 1));
        int sets = 0, entries = 0;
        for (var seed = first; seed < first + tables; seed++)
        {
            using var space = new NetworkNamespace("sets");
            var table = new RandomIpSets(seed) { HasNewOptions = hasNewOptions }.Make(types);
            var text = SetDumps.Write(table);
            var restored = space.Execute("ipset", ["restore"], text);
            Assert.True(restored.ExitCode == 0, $"seed {seed}: {restored.Error}\n{text}");
            foreach (var form in s_forms)
            {
                var read = SetDumps.Read(space.Check("ipset", form));
                Assert.True(read.Notes.Count == 0, $"seed {seed}, {string.Join(' ', form)}: {string.Join('\n', read.Notes)}");
                Assert.True(SetDumps.Difference(table, read.Snapshot.Ipsets) is null, $"seed {seed}, {string.Join(' ', form)}: {SetDumps.Difference(table, read.Snapshot.Ipsets)}\n{text}");
            }

            sets += table.Sets.Count;
            entries += table.Sets.Sum(s => s.Entries.Count);
        }

        output.WriteLine($"{tables} tables from seed {first}: {sets} sets of {types.Count} types with {entries} entries, each read from {s_forms.Length} forms");
        output.WriteLine($"types that this kernel lacks: {string.Join(' ', RandomIpSets.TypeNames.Except(types))}");
    }

    private static bool Takes(string command)
    {
        using var space = new NetworkNamespace("probe");
        return space.Execute("ipset", ["restore"], command + "\n").ExitCode == 0;
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : usual;
}
