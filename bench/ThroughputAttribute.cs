using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace GrpoMonteCarlo.Bench;

/// <summary>Adds a column of billions of units a second: a fixed number of units times the parameters named.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ThroughputAttribute(string unit, long units, params string[] parameters) : Attribute, IConfigSource
{
    public string Unit => unit;

    public long Units => units;

    public IReadOnlyList<string> Parameters => parameters;

    public IConfig Config => ManualConfig.CreateEmpty().AddColumn(new Column(unit, units, parameters));

    private sealed class Column(string unit, long units, string[] parameters) : IColumn
    {
        public string Id => ColumnName;

        public string ColumnName => unit;

        public string Legend => $"{unit}, from the fastest iteration, which others on the machine disturb least";

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Custom;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public bool IsAvailable(Summary summary) => true;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
        {
            long each = units;
            foreach (string parameter in parameters)
            {
                each *= Convert.ToInt64(benchmarkCase.Parameters[parameter], null);
            }

            double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Min;
            return nanoseconds is null ? "NA" : (each / nanoseconds.Value).ToString("F2", summary.GetCultureInfo());
        }

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
    }
}
