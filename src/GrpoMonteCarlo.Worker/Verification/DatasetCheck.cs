using System.Globalization;
using System.Security.Cryptography;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Parquet;
using GrpoMonteCarlo.Worker.Datasets;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Verification;

/// <summary>Each dataset by itself: bytes, rows, schema, metadata and the ranges of its values; and the certificate of its step_z.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="manifest">What its manifest says.</param>
/// <param name="findings">Takes what is off.</param>
internal sealed class DatasetCheck(string folder, StoredManifest manifest, Findings findings)
{
    private readonly Plan _plan = manifest.Plan;
    private readonly List<double> _stepZ = [];
    private readonly long[] _replicates = new long[manifest.Plan.Cells.Count];
    private bool _summaryIsRead;

    /// <summary>How many replicates each cell has, by the summary; null where that cannot be told.</summary>
    public IReadOnlyList<long>? Replicates => _summaryIsRead ? _replicates : null;

    /// <summary>Looks at every dataset that the experiment has; the summary's comes first, because it says how many replicates there are.</summary>
    public void CheckFiles()
    {
        DatasetKind[] expected = [.. DatasetKind.All.Where(kind => kind.IsIn(_plan))];
        string[] listed = [.. manifest.Files.Select(file => file.Name)];
        string[] names = [.. expected.Select(kind => kind.Name)];
        if (!listed.Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal)))
        {
            findings.AddWrong($"manifest.json: lists {string.Join(", ", listed)}; the experiment has {string.Join(", ", names)}");
        }

        foreach (DatasetKind kind in expected)
        {
            Check(kind, kind == DatasetKind.Summary ? CheckSummaryRows : null);
        }
    }

    /// <summary>The certificate, from the summary's step_z, if these could be read.</summary>
    public void CheckCertificate()
    {
        if (!_summaryIsRead)
        {
            return; // what is wrong with the summary has been said
        }

        int before = findings.Wrong.Count;
        var certificate = new Certificate(_stepZ, _plan.Experiment.Coupling);
        if (!certificate.Passed)
        {
            findings.AddWrong(string.Create(
                CultureInfo.InvariantCulture,
                $"the certificate fails: {certificate.Count} step_z, largest {certificate.Largest:F2}, Kolmogorov-Smirnov p {certificate.KolmogorovSmirnovP:G3}"));
        }

        StoredCertificate said = manifest.Certificate;
        bool same = said.StepZCount == certificate.Count && said.LargestStepZ == certificate.Largest
            && Near(said.KolmogorovSmirnovP, certificate.KolmogorovSmirnovP) && said.Passed == certificate.Passed;
        if (!same)
        {
            findings.AddWrong($"manifest.json: its certificate is not that of the step_z in {RunFolder.Summary}");
        }

        findings.AddChecked(before, $"certificate: passes; {certificate.Count} step_z");

        // Its series uses the C library's exponential.
        static bool Near(double? a, double? b) => a is null || b is null ? a == b : Math.Abs(a.Value - b.Value) <= 1e-9;
    }

    // The rows that a dataset has to have; null where the experiment does not say.
    private long? RowsOf(DatasetKind kind)
    {
        int iterations = _plan.Experiment.Iterations + 1;
        return kind.Name switch
        {
            RunFolder.Summary => (long)_plan.Cells.Count * iterations,
            RunFolder.Cells => _plan.Cells.Count,
            RunFolder.Differences => (long)_plan.Cells.Sum(cell => cell.Comparisons.Count) * iterations,
            RunFolder.Trajectories => Replicates?.Sum() * iterations,
            RunFolder.Passages => (long)_plan.Cells.Count * _plan.Experiment.Passages.Count * iterations,
            _ => null,
        };
    }

    private void Check(DatasetKind kind, Action<ParquetReader>? more)
    {
        (string name, IReadOnlyList<DatasetColumn> columns) = (kind.Name, kind.Columns);
        int before = findings.Wrong.Count;
        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            findings.AddWrong($"{name}: is not there");
            return;
        }

        if (manifest.Files.FirstOrDefault(file => file.Name == name) is { } listed)
        {
            CheckBytes(path, listed);
        }

        try
        {
            using ParquetReader reader = ParquetReader.Open(path);
            CheckSchema(name, reader, columns.Select(column => column.Column));
            CheckRows(name, reader, RowsOf(kind));
            if (findings.Wrong.Count == before)
            {
                CheckValues(name, reader, columns);
                more?.Invoke(reader);
            }
        }
        catch (ParquetException damaged)
        {
            findings.AddWrong($"{name}: {damaged.Message}");
        }

        findings.AddChecked(before, $"{name}: SHA-256, rows, schema, metadata, ranges of values");
    }

    private void CheckBytes(string path, DatasetFile listed)
    {
        using FileStream stream = File.OpenRead(path);
        if (stream.Length != listed.Bytes)
        {
            findings.AddWrong($"{listed.Name}: has {stream.Length} bytes, by the manifest {listed.Bytes}");
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (hash != listed.Sha256)
        {
            findings.AddWrong($"{listed.Name}: its SHA-256 is {hash}, by the manifest {listed.Sha256}");
        }
    }

    private void CheckSchema(string name, ParquetReader reader, IEnumerable<ParquetColumn> columns)
    {
        if (!reader.Columns.SequenceEqual(columns))
        {
            string[] differing = [.. reader.Columns.Except(columns).Concat(columns.Except(reader.Columns)).Select(column => column.Name).Distinct()];
            findings.AddWrong($"{name}: its columns are not those of this program: {(differing.Length == 0 ? "another order" : string.Join(", ", differing))}");
        }

        foreach ((string key, string value) in DatasetMetadata.Of(_plan.Experiment))
        {
            if (!reader.Metadata.Any(entry => entry.Key == key && entry.Value == value))
            {
                findings.AddWrong($"{name}: its metadata {key} is not that of the manifest's experiment");
            }
        }
    }

    private void CheckRows(string name, ParquetReader reader, long? rows)
    {
        if (manifest.Files.FirstOrDefault(file => file.Name == name) is { } listed && listed.Rows != reader.RowCount)
        {
            findings.AddWrong($"{name}: has {reader.RowCount} rows, by the manifest {listed.Rows}");
        }

        if (rows is { } expected && reader.RowCount != expected)
        {
            findings.AddWrong($"{name}: has {reader.RowCount} rows, the experiment {expected}");
        }
    }

    private void CheckValues(string name, ParquetReader reader, IReadOnlyList<DatasetColumn> columns)
    {
        for (int column = 0; column < reader.Columns.Count; column++)
        {
            long first = 0;
            for (int group = 0; group < reader.RowGroupCount; group++)
            {
                ColumnValues values = reader.ReadColumn(group, column);
                for (int row = 0; row < values.Count; row++)
                {
                    if (Number(values, row) is { } number && columns[column].Range.Complaint(number) is { } complaint)
                    {
                        findings.AddWrong($"{name}: row {first + row}, {reader.Columns[column].Name}: {complaint}");
                        return; // the first says enough
                    }
                }

                first += values.Count;
            }
        }
    }

    private static double? Number(ColumnValues values, int row) => values.IsNull(row) ? null : values.Type switch
    {
        ParquetType.Int32 => values.Int32s[row],
        ParquetType.Int64 => values.Int64s[row],
        ParquetType.Double => values.Doubles[row],
        _ => null,
    };

    // A row for each cell and iteration, in order; and what the other checks need.
    private void CheckSummaryRows(ParquetReader reader)
    {
        int iterations = _plan.Experiment.Iterations + 1;
        string[] names = ["cell", "cell_id", "iteration", "replicates", "step_z"];
        int[] columns = [.. names.Select(name => reader.Columns.Select(column => column.Name).ToList().IndexOf(name))];
        long next = 0;
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            ColumnValues[] values = [.. columns.Select(column => reader.ReadColumn(group, column))];
            for (int row = 0; row < values[0].Count; row++, next++)
            {
                (int cell, int iteration) = ((int)(next / iterations), (int)(next % iterations));
                if (values[0].Int32s[row] != cell || values[1].Strings[row] != _plan.Cells[cell].Id || values[2].Int32s[row] != iteration)
                {
                    findings.AddWrong($"{RunFolder.Summary}: row {next} is not of cell {cell}, iteration {iteration}");
                    return;
                }

                _replicates[cell] = values[3].Int64s[row];
                if (!values[4].IsNull(row))
                {
                    _stepZ.Add(values[4].Doubles[row]);
                }
            }
        }

        _summaryIsRead = true;
    }
}
