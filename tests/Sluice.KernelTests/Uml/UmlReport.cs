using System.Reflection;
using System.Xml.Linq;

namespace Sluice.KernelTests.Uml;

/// <summary>What became of the tests of a class in User Mode Linux.</summary>
/// <param name="Lines">One line for each test that ran, with what it wrote below.</param>
/// <param name="Faults">What is wrong: tests that failed, that were skipped, that did not run. Empty when nothing is.</param>
internal sealed record UmlReport(IReadOnlyList<string> Lines, IReadOnlyList<string> Faults)
{
    /// <summary>Reads the results that came out.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="console">What the kernel wrote.</param>
    /// <param name="testClass">The class whose tests were to run.</param>
    public static UmlReport Read(string folder, string console, Type testClass)
    {
        var results = Path.Combine(folder, UmlScript.Results);
        if (!File.Exists(results) || new FileInfo(results).Length == 0)
        {
            var log = Path.Combine(folder, UmlScript.Log);
            return new UmlReport([], [$"no results came out of User Mode Linux.\nIts log:\n{(File.Exists(log) ? File.ReadAllText(log) : "none")}\nIts console:\n{console}"]);
        }

        List<string> lines = [], faults = [];
        var missing = MethodsOf(testClass).ToHashSet(StringComparer.Ordinal);
        foreach (var test in XDocument.Load(results).Descendants("test"))
        {
            var name = test.Attribute("name")!.Value;
            var result = test.Attribute("result")!.Value;
            var text = string.Concat(test.Descendants("output").Select(o => $"\n{o.Value.TrimEnd()}"));
            lines.Add($"{result} {name} ({test.Attribute("time")!.Value} s){text}");
            missing.Remove(test.Attribute("method")!.Value);
            if (result != "Pass")
            {
                var reasons = test.Descendants().Where(e => e.Name.LocalName is "message" or "stack-trace" or "reason").Select(e => e.Value);
                faults.Add($"{result} {name}: {string.Join('\n', reasons)}{text}");
            }
        }

        faults.AddRange(XDocument.Load(results).Descendants("error").Select(e => $"outside of tests: {e.Value}"));
        faults.AddRange(missing.Order(StringComparer.Ordinal).Select(m => $"did not run: {testClass.Name}.{m}"));
        return new UmlReport(lines, faults);
    }

    /// <summary>The tests of a class that are for User Mode Linux.</summary>
    public static IEnumerable<string> MethodsOf(Type testClass) => testClass.GetMethods()
        .Where(m => m.GetCustomAttribute<UmlFactAttribute>() is not null || m.GetCustomAttribute<UmlTheoryAttribute>() is not null)
        .Select(m => m.Name);
}
