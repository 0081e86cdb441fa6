using System.Globalization;

namespace Sluice.KernelTests.Agreement;

/// <summary>How much the agreement tests try: SLUICE_AGREEMENT_RULESETS and SLUICE_SEED.</summary>
internal static class AgreementSize
{
    public static int FirstSeed => Number("SLUICE_SEED", 1);

    public static int Rulesets(int otherwise) => Number("SLUICE_AGREEMENT_RULESETS", otherwise);

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
