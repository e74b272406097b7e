using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace GrpoMonteCarlo.Bench;

/// <summary>Adds a column of billions of units a second: of a fixed number of units, or of the parameters' M G.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ThroughputAttribute(string unit, long units = 0) : Attribute, IConfigSource
{
    public string Unit => unit;

    public long Units => units;

    public IConfig Config => ManualConfig.CreateEmpty().AddColumn(new Column(unit, units));

    private sealed class Column(string unit, long units) : IColumn
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
            long each = units != 0
                ? units
                : Convert.ToInt64(benchmarkCase.Parameters["M"], null) * Convert.ToInt64(benchmarkCase.Parameters["G"], null);
            double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Min;
            return nanoseconds is null ? "NA" : (each / nanoseconds.Value).ToString("F2", summary.GetCultureInfo());
        }

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
    }
}
