"""What every check is made of, in the order in which a check uses it.

- `arguments`: what may be handed to an answer, and refuses the rest as a fault of the check;
- `boundary`: calls a student's object with plain values and reads plain values back;
- `quiet`: keeps what it writes to stderr away meanwhile;
- `compare`: compares them with expected values and says where they differ;
- `check`: collects properties into a report, and names the misconception behind a failure;
- `blame`: puts any failure of a block down to one misconception;
- `report`: what the student sees, and the points;
- `probes`: named measurements that have to be made where the student's object lives.
"""
