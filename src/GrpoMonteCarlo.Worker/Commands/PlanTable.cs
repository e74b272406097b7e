using System.Globalization;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Terminal;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>Recommended group sizes against p_ref, for one tolerance; where there is none, the reason below.</summary>
internal sealed class PlanTable
{
    private static readonly string[] Names = ["p_ref", "p_star", "G", "M", "rollouts", "updates", "p_star_G", "bias", "sd"];

    private readonly List<(double PRef, GroupSizing? Sizing, Sizing? Answer, string? Reason)> _rows = [];

    public PlanTable(SizingSetting setting, double tolerance)
    {
        foreach (double pRef in References)
        {
            GroupSizing? sizing = null;
            try
            {
                sizing = new GroupSizing(setting with { PRef = pRef });
                _rows.Add((pRef, sizing, sizing.Within(tolerance), null));
            }
            catch (ExperimentException refused)
            {
                _rows.Add((pRef, sizing, null, refused.Message));
            }
        }

        if (_rows.All(row => row.Answer is null))
        {
            throw new BadInputException($"--{_rows[0].Reason}");
        }
    }

    /// <summary>p_ref of the rows.</summary>
    public static IReadOnlyList<double> References { get; } = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    public void WriteText(TextWriter output)
    {
        var table = new TextTable(Names);
        foreach (var row in _rows)
        {
            table.Add(Values(row.PRef, row.Sizing, row.Answer, "G6", "-"));
        }

        table.Write(output);
        foreach (var row in _rows.Where(row => row.Reason is not null))
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"\np_ref {row.PRef}: {row.Reason}"));
        }

        output.Write(_rows.Any(row => row.Reason is not null) ? "\n" : "");
    }

    /// <summary>The same with all digits and the reasons in a last column.</summary>
    public void WriteCsv(TextWriter output)
    {
        output.Write($"{string.Join(',', Names)},refused\n");
        foreach (var row in _rows)
        {
            string reason = row.Reason is null ? "" : $"\"{row.Reason.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            output.Write($"{string.Join(',', Values(row.PRef, row.Sizing, row.Answer, "R", ""))},{reason}\n");
        }
    }

    private static string[] Values(double pRef, GroupSizing? sizing, Sizing? answer, string format, string none)
    {
        string Text(double? value, string? with = null) => value?.ToString(with ?? format, CultureInfo.InvariantCulture) ?? none;
        SizedGroup? group = answer?.Group;
        string few = format == "R" ? format : "G3";
        return
        [
            Text(pRef), Text(sizing?.Limit.P), Text(group?.GroupSize, "F0"), Text(group?.Groups, "F0"), Text((double?)group?.Groups * group?.GroupSize, "F0"),
            Text(answer?.Iterations, "F0"), Text(group?.P.P), Text(group?.Bias, few), Text(group?.Spread, few),
        ];
    }
}
