using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Parquet;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A Parquet file being written, whose bytes depend on the experiment only.</summary>
internal sealed class Dataset<TRow> : IDisposable
{
    private readonly ParquetWriter _writer;
    private readonly IReadOnlyList<DatasetColumn<TRow>> _columns;
    private long _rows;

    public Dataset(Stream stream, IReadOnlyList<DatasetColumn<TRow>> columns, Experiment experiment)
    {
        _columns = columns;
        _writer = new ParquetWriter(
            stream, [.. columns.Select(column => column.Column)], DatasetMetadata.Of(experiment), createdBy: "GrpoMonteCarlo", leaveOpen: true);
    }

    public void Add(TRow row)
    {
        for (int i = 0; i < _columns.Count; i++)
        {
            _columns[i].Append(_writer.Column(i), row);
        }

        _writer.EndRow();
        _rows++;
    }

    public void AddRange(IEnumerable<TRow> rows)
    {
        foreach (TRow row in rows)
        {
            Add(row);
        }
    }

    /// <summary>Completes the file and gives its number of rows; the stream stays open.</summary>
    public long Finish()
    {
        _writer.Finish();
        return _rows;
    }

    public void Dispose() => _writer.Dispose();
}
